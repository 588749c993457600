// The office without a mouse: find a child, put an import right, let twelve children go, take a list out.
import { test, expect } from '../lib/test.mjs';

const HEAD = '姓名,性别,出生日期,学校,班级,监护人姓名,监护人电话';
const ROWS = [
  '样小一,女,2071-03-05,示例第一小学,一年级一班,监护一,13900009001',
  '样小二,男,2017-03-05,示例第一小学,一年级一班,监护二,1390',
  '样小三,外星人,2017-03-06,示例第一小学,一年级一班,监护三,13900009003',
];

const roster = () => ({ name: '名单.csv', mimeType: 'text/csv', buffer: Buffer.from([HEAD, ...ROWS].join('\n')) });

/** Goes on by Tab until what has the focus fits; a page has far fewer stops. */
async function tabTo(page, selector) {
  for (let stop = 0; stop < 200; stop += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  throw new Error(`Tab does not come to ${selector}`);
}

/** Puts another text where the focus is. */
async function typeOver(page, text) {
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

test('a child is found, three faults of a roster are put right, twelve stays approved, one taken back, and a list taken out, by keyboard alone @desktop', async ({
  as,
  sound,
  shot,
}) => {
  const page = await as('coordinator');
  await page.goto('/children?view=paired');
  const name = await page.locator('a.who').first().textContent();
  await page.keyboard.press('Control+k');
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toContainText(name);

  await page.goto('/imports/new');
  await page.locator('input[type=file]').setInputFiles(roster());
  await page.locator('input[type=file]').focus();
  await tabTo(page, 'main form button');
  await page.keyboard.press('Enter');
  await expect(page.locator('.esum')).toContainText('有 3 行要改');
  await sound(page);
  await shot(page, 'import-fix');
  await tabTo(page, 'input[name="c-2-2"]');
  await typeOver(page, '2017-03-05');
  await tabTo(page, 'input[name="c-3-6"]');
  await typeOver(page, '13900009002');
  await tabTo(page, 'input[name="c-4-1"]');
  await typeOver(page, '女');
  await page.keyboard.press('Enter');
  await expect(page.locator('.esum')).toHaveCount(0);
  await expect(page.locator('main')).toContainText('改了 3 格');
  await sound(page);
  await tabTo(page, 'form[action="/imports"] button');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/imports\/[0-9a-f-]{36}$/);

  await page.goto('/stays');
  await tabTo(page, 'a[href="/stays?week=next"]');
  await page.keyboard.press('Enter');
  await expect(page.locator('.batch')).toContainText('12 份');
  await sound(page);
  await shot(page, 'stays-next');
  await tabTo(page, 'form[action="/stays/approvals"] button');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/view=approved&week=next$/);
  await expect(page.locator('.tabs [aria-current] .n')).toHaveText('12');
  await sound(page);
  await tabTo(page, 'form[action$="/approval/undo"] button');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/stays\?week=next$/);
  await expect(page.locator('.batch')).toContainText('1 份');

  await page.goto('/children?view=paused');
  const file = page.waitForEvent('download');
  await tabTo(page, '.acts a[href^="/children.xlsx"]');
  await page.keyboard.press('Enter');
  expect((await file).suggestedFilename()).toMatch(/\.xlsx$/);
});

test('a fault of a roster is put right on a phone @phone', async ({ as, sound, hittable, shot }) => {
  const page = await as('coordinator');
  await page.goto('/imports/new');
  await page.locator('input[type=file]').setInputFiles(roster());
  await page.locator('form[action="/imports/new"] button').last().click();
  await expect(page.locator('.esum')).toContainText('有 3 行要改');
  await sound(page);
  await hittable(page);
  await shot(page, 'import-fix');
  await page.locator('input[name="c-3-6"]').fill('13900009002');
  await page.locator('form[action="/imports/preview/cells"] button').first().click();
  await expect(page.locator('.esum')).toContainText('有 2 行要改');
});
