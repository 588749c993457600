// A pairing event of twenty families: slips, the run, both yeses, printed cards, all by keyboard; then somebody drops
// out, and everybody else's place stands. On a demo of its own: nobody else's pages change under it.
import { goByKey } from '../lib/go.mjs';
import { expect, signIn } from '../lib/test.mjs';
import { test } from '../lib/weekend.mjs';

test.use({ story: 'event' });

/** Enter on whatever has the focus or is given it, and the page that comes of it. */
async function enter(page, locator) {
  await locator.focus();
  await goByKey(page, 'Enter');
}

/** Types the slips of one side until none is left: a number, Enter, the next. */
async function typeSlips(page, round, side, wishes) {
  let typed = 0;
  for (let turn = 0; turn < 60; turn += 1) {
    await page.goto(`${round}/wishes?side=${side}`);
    if (/还有 0 张/.test(await page.getByRole('heading', { level: 1 }).textContent())) return typed;
    await expect(page.locator('[name=wish]').first()).toBeFocused();
    const number = Number(await page.locator('form input[name=number]').first().inputValue());
    const lines = await page.locator('[name=wish]').count();
    for (const wish of wishes(number).slice(0, lines)) {
      await page.keyboard.type(String(wish));
      await page.keyboard.press('Enter');
    }
    await goByKey(page, 'Enter');
    typed += 1;
  }
  throw new Error('the slips do not end');
}

/** Who goes where by the list of places: child's number and name, and how far it is. */
async function places(page, round) {
  await page.goto(`${round}/places`);
  const rows = await page.locator('main .tbl tbody tr').evaluateAll((all) => all.map((row) => {
    const cells = [...row.cells].map((cell) => cell.innerText.trim());
    const children = [...row.cells[2].querySelectorAll('b')].map((b) => b.innerText);
    return { home: cells[1], children, standing: cells[2] };
  }));
  return rows.flatMap((row) => row.children.map((child) => ({ child, home: row.home, standing: row.standing })));
}

test('an event of twenty families goes from slips to printed cards by keyboard, and outlives a drop-out @desktop', async ({ banner, stranger, sound, shot }) => {
  test.setTimeout(480_000);
  const page = await stranger();
  await signIn(page, banner.person('coordinator'));
  await page.goto('/rounds');
  await page.locator('table a').first().click();
  await expect(page).toHaveURL(/\/rounds\/[0-9a-f-]+$/);
  const round = new URL(page.url()).pathname;

  await test.step('what the rules take out is told before anything is worked out', async () => {
    await expect(page.getByRole('heading', { name: '规则先划掉的' })).toBeVisible();
    await sound(page);
    await shot(page, 'event-round');
  });

  await test.step('slips of both sides', async () => {
    await typeSlips(page, round, 'child', (n) => [((n - 1) % 20) + 1, (n % 20) + 1, ((n + 1) % 20) + 1]);
    await typeSlips(page, round, 'volunteer', (n) => [n, n > 1 ? n - 1 : 20, n > 2 ? n - 2 : 19]);
  });

  await test.step('a dry run beside the round as it is keeps nothing', async () => {
    await page.goto(`${round}/trials`);
    await page.locator('[name=home1]').selectOption({ index: 1 });
    await enter(page, page.getByRole('button', { name: '并排看看' }));
    await expect(page.locator('.trials').first().locator('thead th')).toHaveCount(3);
    await sound(page);
    await shot(page, 'event-trials');
  });

  await test.step('the run, every pair confirmed, both sides say yes', async () => {
    await page.goto(round);
    await page.locator(`form[action="${round}/runs"] [name=seed]`).focus();
    await page.keyboard.type('417');
    await goByKey(page, 'Enter');
    await expect(page.getByRole('heading', { level: 1 })).toContainText('个孩子配上了');
    await enter(page, page.getByRole('button', { name: /^确认(这|其余)/ }));
    for (let turn = 0; turn < 60; turn += 1) {
      const yes = page.locator('button[name=answer][value=yes]');
      if ((await yes.count()) === 0) break;
      await enter(page, yes.first());
    }
    await expect(page.locator('button[name=answer]')).toHaveCount(0);
  });

  const before = await places(page, round);
  await test.step('cards for every pair, and the list of places with the seed', async () => {
    expect(before.length).toBeGreaterThan(9);
    await expect(page.getByText('种子 417')).toBeVisible();
    await sound(page);
    await shot(page, 'event-places');
    await page.goto(`${round}/pair-cards`);
    await expect(page.locator('.pair-cards li')).toHaveCount(before.length);
    await page.evaluate(() => { window.print = () => { window.wasPrinted = true; }; });
    await page.getByRole('button', { name: '打印' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => window.wasPrinted);
    await sound(page);
    await shot(page, 'event-cards');
  });

  await test.step('somebody drops out: everybody else stays where they are', async () => {
    const gone = before[0];
    await page.goto(round);
    const row = page.locator('tr', { has: page.getByText(gone.child.replace(/^\d+ /, ''), { exact: true }) }).first();
    await row.locator('summary').press('Enter');
    await expect(row.getByText('撤回', { exact: false }).first()).toBeVisible();
    await enter(page, row.locator('button[formaction$="/withdrawal"]'));
    await expect(page.locator('[data-toast], .toast').first()).toContainText('撤回了 1 对');
    await page.goto(`${round}/results`);
    await enter(page, page.getByRole('button', { name: '重新试配' }));
    const after = await places(page, round);
    const kept = (all) => all.filter((p) => p.child !== gone.child).map((p) => `${p.child} > ${p.home}`);
    expect(kept(after)).toEqual(kept(before));
  });
});
