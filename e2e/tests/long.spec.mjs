// Long work that ends in the register: a roster of a thousand rows is taken in beside the request. The demo here waits
// for nothing, so that the page comes every time.
import { go } from '../lib/go.mjs';
import { test, expect } from '../lib/test.mjs';

const LONG = /\/operations\/[0-9a-f-]{36}$/;
const ROWS = 1000;

/** A roster of children whose names, one for each row and width, nobody else has. */
function roster(of) {
  const digits = '零一二三四五六七八九';
  const name = (n) => `样${of}${String(n).padStart(4, '0').replace(/\d/g, (d) => digits[Number(d)])}`;
  const rows = Array.from({ length: ROWS }, (_, n) => `${name(n)},女,2016-03-05,示例第一小学,一年级一班,,`);
  const text = ['姓名,性别,出生日期,学校,班级,监护人姓名,监护人电话', ...rows].join('\n');
  return { name: '名单.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
}

test('a long roster is looked at, taken in beside the request, and its page opens', async ({ as, sound, shot }, info) => {
  const page = await as('coordinator');
  await page.goto('/imports/new');
  await page.locator('input[type=file]').setInputFiles(roster(info.project.name === 'phone' ? '甲' : '乙'));
  await page.locator('form[action="/imports/new"] button').last().click();
  await expect(page).toHaveURL(/\/imports\/preview$/);
  await page.locator('form[action="/imports"] button').click();
  await expect(page).toHaveURL(LONG);
  await expect(page.locator('h1')).toContainText('花名册导入');
  await sound(page);
  await shot(page, 'operation-import');
  const result = page.getByRole('link', { name: '看结果' });
  await expect(result).toBeVisible({ timeout: 120_000 });
  await sound(page);
  await shot(page, 'operation-import-done');
  await result.click();
  await expect(page).toHaveURL(/\/imports\/[0-9a-f-]{36}$/);
  await expect(page.locator('main')).toContainText('1,000');
  await page.goto('/imports');
  await sound(page);
  await shot(page, 'list-out-imports');
  await fetched(page, '/imports.xlsx');
});

/** A day that is over to the demo, which begins on Monday. */
function lastWeek(banner) {
  const day = new Date(`${banner.day}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - 9);
  return day.toISOString().slice(0, 10);
}

/** Takes a list out by its button. */
async function fetched(page, file) {
  const out = page.locator(`.acts a[href="${file}"]`);
  const [taken] = await Promise.all([page.waitForEvent('download'), out.click()]);
  expect(taken.suggestedFilename()).toMatch(/\.xlsx$/);
}

test('what waits for another word on hours has a way out', async ({ as, banner, sound, hittable, shot }) => {
  const page = await as('coordinator');
  await page.goto('/volunteers');
  const hours = `${await page.locator('main a.who').first().getAttribute('href')}/hours`;
  await page.goto(`${hours}/new`);
  const form = page.locator(`form[action="${hours}"]`);
  await form.locator('label', { hasText: '讲了培训' }).click();
  await form.locator('[name=on]').fill(lastWeek(banner));
  await form.locator('[name=from]').fill('09:00');
  await form.locator('[name=to]').fill('11:30');
  await form.locator('[name=words]').fill('讲急救');
  await go(page, form.locator('button.btn').last());
  await expect(page).not.toHaveURL(/\/new$/);
  await page.goto('/hours-claims');
  await sound(page);
  await hittable(page);
  await shot(page, 'list-out-hours-claims');
  await fetched(page, '/hours-claims.xlsx');
});

test('lists other than the childrens have a way out @desktop', async ({ as, sound, shot }) => {
  const page = await as('coordinator');
  for (const [list, file] of [
    ['/pairs', '/pairs.xlsx'],
    ['/stays', '/stays.xlsx'],
    ['/follow-ups', '/follow-ups.xlsx'],
    ['/accounts', '/accounts.xlsx'],
    ['/schools', '/schools.xlsx'],
    ['/rounds', '/rounds.xlsx'],
    ['/areas', '/areas.xlsx'],
    ['/holidays', '/holidays.xlsx'],
    ['/grid', '/stations.xlsx'],
    ['/terms', '/terms.xlsx'],
  ]) {
    await page.goto(list);
    await expect(page.locator(`.acts a[href^="${file}"]`)).toBeVisible();
    await sound(page);
    await shot(page, `list-out${list.replace('/', '-')}`);
  }
  await page.goto('/pairs');
  await page.locator('.acts a[href^="/pairs.xlsx"]').click();
  await expect(page).toHaveURL(/\/exports\/new\?list=pairs$/);
  await expect(page.locator('h1')).toContainText('要另一位同事同意');
  await sound(page);
});

test('E changes the row one stands at, and the help beside the list says so @desktop', async ({ as, sound }) => {
  const page = await as('coordinator');
  for (const [list, place] of [
    ['/volunteers', /\/volunteers\/[0-9a-f-]{36}\/edit$/],
    ['/accounts', /\/accounts\/[0-9a-f-]{36}$/],
    ['/schools', /\/schools\/[0-9a-f-]{36}$/],
    ['/follow-ups', /\/follow-ups\/[0-9a-f-]{36}$/],
    ['/areas', /\/areas\/[0-9]+$/],
  ]) {
    await page.goto(list);
    await expect(page.locator('main kbd').filter({ hasText: /^E$/ })).toBeVisible();
    await sound(page);
    await page.keyboard.press('j');
    await page.keyboard.press('e');
    await expect(page).toHaveURL(place);
  }
  // Where a row has no form of its own, the help names only what opens it.
  await page.goto('/pairs');
  await expect(page.locator('main kbd').filter({ hasText: /^E$/ })).toHaveCount(0);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/pairs\/[0-9a-f-]{36}$/);
});
