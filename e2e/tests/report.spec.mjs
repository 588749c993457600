// The report and the morning page of the office.
import { go } from '../lib/go.mjs';
import { test, expect } from '../lib/test.mjs';

test('the report leads from a figure to its records', async ({ as, sound, shot }) => {
  const page = await as('coordinator');
  await page.goto('/report');
  await expect(page.locator('.figs')).toContainText('180');
  await sound(page);
  await shot(page, 'report');
  await page.locator('.figs a[href^="/report/pairs_interethnic"]').click();
  await expect(page.locator('h1')).toContainText('102');
  await expect(page.locator('tbody tr')).toHaveCount(50);
  await sound(page);
  await go(page, page.locator('a[rel=next]'));
  await expect(page.locator('tbody tr')).toHaveCount(50);
});

test('the report of an earlier day has fewer pairs, without script too @desktop', async ({ as }) => {
  const page = await as('leader', { javaScriptEnabled: false });
  await page.goto('/report');
  await page.locator('#f-as_of').fill('2016-06-30');
  await go(page, page.locator('.daypick button'));
  const pairs = await page.locator('.figs a[href^="/report/pairs?"] .v').textContent();
  expect(Number.parseInt(pairs, 10)).toBeGreaterThan(0);
  expect(Number.parseInt(pairs, 10)).toBeLessThan(180);
  await expect(page.locator('.nums summary').first()).toBeVisible();
});

test('levels above see signed months without a way to records', async ({ as, sound, shot }) => {
  const page = await as('higher_level');
  await page.goto('/levels');
  await expect(page.locator('.figs')).toContainText('周末妈妈');
  await expect(page.locator('.figs a')).toHaveCount(0);
  await sound(page);
  await shot(page, 'levels');
  await page.locator('tbody a').first().click();
  await expect(page.locator('h1')).toContainText('乌拉特后旗');
  await expect(page.locator('main a[href^="/children"], main a[href^="/volunteers"]')).toHaveCount(0);
  await sound(page);
  await shot(page, 'level');
});

test('a leader sees what was signed and what the records say now', async ({ as, sound, shot }) => {
  const page = await as('leader');
  await page.goto('/snapshots');
  await expect(page.locator('tbody tr')).toHaveCount(9);
  await sound(page);
  await shot(page, 'snapshot');
});

test('today shows what must be decided, a dot for each child of the weekend', async ({ as, sound, shot }) => {
  const page = await as('coordinator');
  await page.goto('/today');
  await expect(page.locator('h1')).toContainText('没按时回来');
  const dots = await page.locator('.kids [class^=d-]').count();
  expect(dots).toBeGreaterThanOrEqual(8);
  expect(dots).toBeLessThanOrEqual(14);
  await expect(page.locator('ol > li.row', { hasText: '还没有回来' }).first()).toBeVisible();
  await sound(page);
  await shot(page, 'today');
});

test('a month that is being worked out comes by itself, and nobody presses anything', async ({ as, sound, hittable, shot }) => {
  const page = await as('higher_level');
  // The demo tells a month at once, so two answers stand in for those of a nation with years behind it.
  let answers = 0;
  await page.route(/\/levels\?month=/, async (route) => {
    const answer = await route.fetch();
    answers += 1;
    if (answers > 2) return route.fulfill({ response: answer });
    const wait = '<h1 class="h-song">正在算2026年9月的数字</h1><div data-poll><p class="lead">头一回打开这个月，各地的数字要放在一起算，有时要几分钟。算好了，数字会自己出来。</p></div>';
    const body = (await answer.text()).replace(/(<main[^>]*>)[\s\S]*(<\/main>)/, `$1${wait}$2`);
    return route.fulfill({ response: answer, body });
  });
  await page.goto('/levels');
  const month = await page.locator('#f-month option').nth(1).getAttribute('value');
  await page.goto(`/levels?month=${month}`);
  await expect(page.locator('h1')).toContainText('正在算');
  await sound(page);
  await hittable(page);
  await shot(page, 'level-wait');
  await expect(page.locator('.figs')).toBeVisible();
  await expect(page.locator('h1')).not.toContainText('正在算');
  await expect(page.locator('#f-month')).toHaveValue(month);
});
