// Every page that a role can reach by links from its home is opened once on each screen: it answers
// 200, axe finds nothing grave, nothing runs out of the screen, a finger hits everything (44 px, in large type 60). A picture of each lies in e2e/shots.
import { test, expect } from '../lib/test.mjs';

const ROLES = [
  'coordinator',
  'town_worker',
  'class_teacher',
  'volunteer',
  'applicant',
  'guardian',
  'base_keeper',
  'treasurer',
  'partner',
  'higher_level',
  'auditor',
  'it_admin',
];
const MOST = 45;
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Pages of one kind are told apart by their path alone: one child's file stands for all. */
const kind = (path) => path.split('?')[0].replace(ID, 'id');
const name = (path) => kind(path).replaceAll('/', '-') || '-';

async function links(page) {
  const all = await page.locator('a[href^="/"]').evaluateAll((links) =>
    links.filter((a) => !a.hasAttribute('download')).map((a) => a.getAttribute('href')),
  );
  return all.map((href) => href.split('#')[0]).filter((href) => href && !href.startsWith('/api/') && !/\.(xlsx|json|svg|css|js)(\?|$)/.test(href));
}

/** The page's answer; null for a link that is a file to keep. */
async function open(page, path) {
  try {
    return await page.goto(path);
  } catch (error) {
    if (/Download is starting/.test(error.message)) return null;
    throw error;
  }
}

/** Opens page after page, breadth first, and gives each to `look`. Returns the kinds of page that there were. */
async function walk(page, start, look) {
  const seen = new Set();
  const waiting = [start];
  while (waiting.length > 0 && seen.size < MOST) {
    const path = waiting.shift();
    if (seen.has(kind(path))) continue;
    seen.add(kind(path));
    const answer = await open(page, path);
    if (answer === null) continue;
    expect(answer.status(), path).toBe(200);
    await look(page, path);
    waiting.push(...(await links(page)));
  }
  return seen;
}

test.describe.configure({ mode: 'parallel' });

/** How much wider than the narrowest phone the page is with its letters twice as large, as a phone's own setting makes them. */
async function runsOver(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    root.style.fontSize = '200%';
    return root.scrollWidth - root.clientWidth;
  });
}

// The roles that work on phones of their own, in the language with the longer words; the office has its pages below.
for (const role of ['volunteer', 'class_teacher', 'guardian', 'town_worker']) {
  test(`no page of ${role} runs out of the narrowest phone with letters twice as large, in either language @phone`, async ({ as }) => {
    test.setTimeout(400_000);
    for (const language of ['zh', 'en']) {
      const page = await as(role, { viewport: { width: 320, height: 640 }, serviceWorkers: 'block' });
      await page.context().addCookies([{ name: 'naheya-look', value: language, url: page.url() }]);
      const seen = await walk(page, '/me', async (at, path) => {
        expect(await runsOver(at), `${path} in ${language}`).toBeLessThanOrEqual(0);
      });
      expect(seen.size).toBeGreaterThan(10);
      await page.context().close();
    }
  });
}

const OFFICE = ['/children', '/volunteers', '/accounts', '/terms', '/report', '/report/table', '/grid', '/checks/new', '/settings', '/board', '/today'];

test('no list of the office runs out of the narrowest phone with letters twice as large, in either language @phone', async ({ as }) => {
  for (const language of ['zh', 'en']) {
    const page = await as('leader', { viewport: { width: 320, height: 640 }, serviceWorkers: 'block' });
    await page.context().addCookies([{ name: 'naheya-look', value: language, url: page.url() }]);
    for (const path of OFFICE) {
      expect((await page.goto(path)).status(), path).toBe(200);
      expect(await runsOver(page), `${path} in ${language}`).toBeLessThanOrEqual(0);
    }
    await page.context().close();
  }
});

// Who has no pages of their own yet sees a few of everybody's: one screen is enough.
const FEW = ['base_keeper', 'partner', 'treasurer'];

for (const role of ROLES) {
  test(`every page that ${role} reaches is sound${FEW.includes(role) ? ' @phone' : ''}`, async ({ as, sound, hittable, shot }) => {
    test.setTimeout(400_000);
    const page = await as(role);
    const seen = await walk(page, '/me', async (at, path) => {
      await sound(at);
      await hittable(at);
      await shot(at, `${role}${name(path)}`);
    });
    expect(seen.size).toBeGreaterThan(1);
  });
}

// Most of the leader's pages are the coordinator's, whose looks have been judged above.
test('every page that the leader reaches beyond the coordinator is sound @desktop', async ({ as, sound, hittable, shot }) => {
  test.setTimeout(400_000);
  const judged = await walk(await as('coordinator', { javaScriptEnabled: false }), '/me', async () => {});
  await walk(await as('leader'), '/me', async (at, path) => {
    if (judged.has(kind(path))) return;
    await sound(at);
    await hittable(at);
    await shot(at, `leader${name(path)}`);
  });
});

test('on each screen every role sees the way to its own page', async ({ as }) => {
  for (const role of [...ROLES, 'leader']) {
    const page = await as(role);
    await expect(page.locator('a[href="/me"]:visible').first(), role).toBeVisible();
    await page.context().close();
  }
});

test('every public page is sound', async ({ stranger, sound, hittable, shot }) => {
  const page = await stranger();
  await walk(page, '/', async (at, path) => {
    await sound(at);
    await hittable(at);
    await shot(at, `public${name(path)}`);
  });
});

// Each at the screen of the job: the ways are the same at both.
for (const [role, screen] of [['class_teacher', '@phone'], ['volunteer', '@phone'], ['coordinator', '@desktop']]) {
  test(`${role} reaches the same pages without script ${screen}`, async ({ as }) => {
      const seen = await walk(await as(role, { javaScriptEnabled: false }), '/me', async () => {});
    expect(seen.size).toBeGreaterThan(1);
  });
}

test('the front page speaks English to whoever asks for it', async ({ stranger }) => {
  const page = await stranger({ locale: 'en-GB' });
  await page.goto('/');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.locator('h1')).not.toContainText(/[\u4e00-\u9fff]/);
});
