// A round worked out and a report made beside the request: how far they are, their end, told to whoever went on to
// something else, or stopped. To the demo here thirty of anything is much, and it waits for nothing.
import { startBanner } from '../lib/banner.mjs';
import { go } from '../lib/go.mjs';
import { test as base, expect } from '../lib/test.mjs';

const LONG = /\/operations\/[0-9a-f-]{36}$/;
// A round of the demo takes the work up every five seconds.
const ENDS = { timeout: 120_000 };

const test = base.extend({
  banner: [
    async ({}, use) => {
      const banner = await startBanner(['--long', '30']);
      await use(banner);
      await banner.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

/** Opens the demo's running round, ready to be worked out with this seed; its path. */
async function opened(page, seed) {
  await page.goto('/rounds');
  await page.locator('table a').first().click();
  await expect(page).toHaveURL(/\/rounds\/[0-9a-f-]+$/);
  const round = new URL(page.url()).pathname;
  await page.locator(`form[action="${round}/runs"] [name=seed]`).fill(seed);
  return round;
}

/** Has it worked out, and stands at the page of the work. */
async function begin(page, seed) {
  const round = await opened(page, seed);
  await page.locator(`form[action="${round}/runs"] button`).click();
  await expect(page).toHaveURL(LONG);
  await page.waitForLoadState();
  return round;
}

/** Stops the work whose page is open; fails when it was done before. */
async function stop(page) {
  const button = page.getByRole('button', { name: '停下' });
  expect(await button.count()).toBe(1);
  await button.click({ timeout: 5_000, noWaitAfter: true });
  await expect(page.locator('h1')).toContainText('停下了', { timeout: 15_000 });
}

test('a large round is worked out beside the request, and its page opens', async ({ as, sound, hittable, shot }) => {
  const page = await as('coordinator');
  let round;
  // The work may be done before its page comes: then it is asked for once more.
  await expect(async () => {
    round = await begin(page, '417');
    await expect(page.locator('main')).toContainText('可以去做别的，好了告诉您。', { timeout: 2_000 });
  }).toPass(ENDS);
  await expect(page.locator('h1')).toContainText('试配');
  await sound(page);
  await hittable(page);
  await shot(page, 'operation-run');
  const result = page.getByRole('link', { name: '看结果' });
  await expect(result).toBeVisible(ENDS);
  await expect(page.getByRole('progressbar')).toHaveCount(0);
  await expect(page.getByRole('button', { name: '停下' })).toBeHidden();
  await sound(page);
  await shot(page, 'operation-run-done');
  await result.click();
  await expect(page).toHaveURL(new RegExp(`${round}/results$`));
  await page.getByText('抽签的数', { exact: true }).click();
  await expect(page.getByText('种子 417')).toBeVisible();
});

test('whoever goes on to something else is told that the round is worked out', async ({ as, banner, sound, shot }) => {
  const page = await as('coordinator');
  await page.goto('/notices');
  const all = page.getByRole('button', { name: '都算看过' });
  if (await all.isVisible()) await go(page, all);
  const told = page.locator('main li', { hasText: '您等的事做好了' });
  const before = await told.count();
  // Gone before the page of the work comes: whoever has just seen it is not told.
  const round = await opened(page, '418');
  const form = page.locator(`form[action="${round}/runs"]`);
  const typed = await form.evaluate((form) => Object.fromEntries(new FormData(form)));
  const asked = await page.request.post(`${round}/runs`, { form: typed, headers: { origin: banner.origin }, maxRedirects: 0 });
  const work = asked.headers().location;
  expect(work).toMatch(LONG);
  await page.goto('/notices');
  await expect(async () => {
    await page.reload();
    expect(await told.count()).toBe(before + 1);
  }).toPass(ENDS);
  await sound(page);
  await shot(page, 'operation-told');
  await told.first().getByRole('link').click();
  await expect(page).toHaveURL(new RegExp(`${work}$`));
  await page.getByRole('link', { name: '看结果' }).click();
  await expect(page).toHaveURL(new RegExp(`${round}/results$`));
  await page.getByText('抽签的数', { exact: true }).click();
  await expect(page.getByText('种子 418')).toBeVisible();
});

test('work that was stopped keeps nothing, and can be asked for again', async ({ as, sound, hittable, shot }) => {
  const page = await as('coordinator');
  let round;
  // The work may be done before anybody can stop it: then it is asked for once more.
  await expect(async () => {
    round = await begin(page, '419');
    await stop(page);
  }).toPass(ENDS);
  await expect(page.locator('main')).toContainText('什么都没改。要的话，再做一次。');
  await expect(page.getByRole('link', { name: '看结果' })).toHaveCount(0);
  await sound(page);
  await hittable(page);
  await shot(page, 'operation-stopped');
  await page.goto('/operations');
  await expect(page.locator('tbody tr').first()).toContainText('停下了');
  await page.goto(round);
  await expect(page.locator(`form[action="${round}/runs"] button`)).toBeVisible();
});

test('the report of a large county is made beside the request and fetched by keyboard', async ({ as, sound, hittable, shot }) => {
  const page = await as('leader');
  await page.goto('/report');
  const out = page.locator('.acts a[href^="/report/workbook"]');
  await out.focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(LONG);
  await sound(page);
  await hittable(page);
  await shot(page, 'operation-report');
  const fetched = page.getByRole('link', { name: '下载' });
  await expect(fetched).toBeVisible(ENDS);
  await sound(page);
  await shot(page, 'operation-report-done');
  await fetched.focus();
  const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/);
});

test('a report that was stopped leaves no file, without script too', async ({ as }) => {
  const page = await as('leader', { javaScriptEnabled: false });
  await expect(async () => {
    await page.goto('/report');
    await page.locator('.acts a[href^="/report/workbook"]').click();
    await expect(page).toHaveURL(LONG);
    await page.waitForLoadState();
    await stop(page);
  }).toPass(ENDS);
  await expect(page.locator('main')).toContainText('也没有文件留下');
  await expect(page.getByRole('link', { name: '下载' })).toHaveCount(0);
});
