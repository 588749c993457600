// Large type in the dark on the pages that are used most: contrast holds, nothing runs out of the screen, nothing is cut off and
// no two targets lie on each other. On a demo of its own, so that there is a weekend with a code on the screen.
import { expect } from '../lib/test.mjs';
import { clock, later, nextVisit, test } from '../lib/weekend.mjs';

test.use({ story: 'look' });

const USED = [
  ['volunteer', '/home', '@phone'],
  ['class_teacher', '/friday', '@phone'],
  ['guardian', '/family', '@phone'],
  ['coordinator', '/today', '@desktop'],
  ['coordinator', '/board', '@desktop'],
  ['coordinator', '/stays', '@desktop'],
];

/** In the page: what is cut off by its own box, and targets that lie on each other. */
function faults() {
  const shown = (el) => el.checkVisibility({ visibilityProperty: true }) && el.getClientRects().length > 0 && !el.closest('.vh, .skip, .tabbar');
  const name = (el) => `${el.tagName.toLowerCase()}.${el.className} "${(el.textContent || el.value || '').trim().slice(0, 16)}"`;
  const cut = [...document.querySelectorAll('main *, header *, nav *')].filter((el) => {
    if (!shown(el) || el.clientWidth < 2 || !el.textContent.trim() || /^(SELECT|TEXTAREA|OPTION)$/.test(el.tagName)) return false;
    const { overflowX, overflowY } = getComputedStyle(el);
    return (overflowX !== 'visible' && el.scrollWidth > el.clientWidth + 1) || (overflowY === 'hidden' && el.scrollHeight > el.clientHeight + 1);
  }).map((el) => `cut: ${name(el)}`);
  const targets = [...document.querySelectorAll('main button, main .btn, main input:not([type=hidden]), main select, header a, header button')].filter((el) => shown(el) && getComputedStyle(el).position !== 'sticky');
  const lying = [];
  for (const [at, one] of targets.entries()) {
    const a = one.getBoundingClientRect();
    for (const other of targets.slice(at + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const b = other.getBoundingClientRect();
      // Boxes reach a little into each other's margins, where a finger still hits the nearer one.
      const over = Math.min(a.right, b.right) - Math.max(a.left, b.left) > 8 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 8;
      if (over) lying.push(`on each other: ${name(one)} and ${name(other)}`);
    }
  }
  return [...cut, ...lying];
}

for (const [role, path, screen] of USED) {
  test(`${path} of ${role} in large type and in the dark ${screen}`, async ({ as, stranger, sound, shot }) => {
    const mother = await as('volunteer');
    const { starts } = await nextVisit(mother);
    await clock(await stranger(), later(starts, -20));
    for (const colorScheme of ['light', 'dark']) {
      for (const size of ['', 'large']) {
        const page = await as(role, { colorScheme, serviceWorkers: 'block' });
        await page.goto(path);
        await page.evaluate((size) => { document.documentElement.dataset.size = size; }, size);
        await shot(page, `look${path.replaceAll('/', '-')}-${colorScheme}-${size || 'usual'}`);
        await sound(page);
        expect(await page.evaluate(faults), `${path} ${colorScheme} ${size}`).toEqual([]);
        await page.context().close();
      }
    }
  });
}

test('on a phone the way out stands below the rest of the own page, where no thumb meets it first @phone', async ({ as }) => {
  for (const role of ['volunteer', 'coordinator']) {
    const page = await as(role);
    await page.goto('/me');
    const top = (what) => page.locator(what).first().evaluate((node) => node.getBoundingClientRect().top);
    expect(await top('form[action="/sign-out"]'), role).toBeGreaterThan(await top('#me-sessions'));
  }
});

const NARROW = [
  ['volunteer', ['/home', '/me']],
  ['guardian', ['/family']],
  ['class_teacher', ['/friday', '/friday/list', '/children']],
];

for (const [role, paths] of NARROW) {
  test(`nothing runs out of the narrow phone of ${role} when its letters are twice as large @phone`, async ({ as }) => {
    const page = await as(role, { viewport: { width: 320, height: 640 }, serviceWorkers: 'block' });
    for (const path of paths) {
      await page.goto(path);
      const wider = await page.evaluate(() => {
        const root = document.documentElement;
        root.style.fontSize = '200%';
        return root.scrollWidth - root.clientWidth;
      });
      expect(wider, path).toBeLessThanOrEqual(0);
    }
  });
}

test('the digits of a code are all in sight on a narrow phone when its letters are twice as large @phone', async ({ as, stranger }) => {
  const { stay, starts } = await nextVisit(await as('volunteer'));
  await clock(await stranger(), later(starts, -20));
  const page = await as('volunteer', { viewport: { width: 320, height: 640 }, serviceWorkers: 'block' });
  for (const path of ['/home', `${stay}/code`]) {
    await page.goto(path);
    const beyond = await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
      const edge = document.querySelector('.visit').getBoundingClientRect().right;
      return Array.from(document.querySelectorAll('.code b'), (digit) => {
        const words = document.createRange();
        words.selectNodeContents(digit);
        return Math.ceil(words.getBoundingClientRect().right - edge);
      });
    });
    expect(beyond, path).toHaveLength(6);
    expect(Math.max(...beyond), path).toBeLessThanOrEqual(0);
  }
});

/** In the page: letters twice as large, and what is wider than its place; tabs and their like are moved by a finger. */
function twiceAsLarge() {
  const root = document.documentElement;
  root.style.fontSize = '200%';
  const wide = [...document.querySelectorAll('main *')].filter((el) => el.clientWidth > 1 && el.scrollWidth > el.clientWidth + 1 && !el.closest('.tabs, .vh'));
  return { wider: root.scrollWidth - root.clientWidth, wide: wide.map((el) => `${el.tagName.toLowerCase()}.${el.className}`) };
}

test('a file, the day and the board in English keep their lines on a phone when the letters are twice as large @phone', async ({ as }) => {
  const page = await as('coordinator', { viewport: { width: 390, height: 844 }, serviceWorkers: 'block' });
  await page.goto('/children');
  await page.context().addCookies([{ name: 'naheya-look', value: 'en', url: page.url() }]);
  const links = await page.locator('main a[href^="/children/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  const file = links.find((href) => /^\/children\/[0-9a-f-]{36}$/.test(href));
  for (const path of [file, '/today', '/board']) {
    await page.goto(path);
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    expect(await page.evaluate(twiceAsLarge), path).toEqual({ wider: 0, wide: [] });
  }
});
