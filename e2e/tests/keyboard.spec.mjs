// The office without a mouse: find a child, put an import right, let twelve children go, take a list out.
import { go, goByKey } from '../lib/go.mjs';
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

/** Opens what Ctrl K finds by `words` at `address`; J goes down to it. The keys are the page's once it has come with its script. */
async function open(page, words, address) {
  await page.waitForLoadState();
  await page.keyboard.press('Control+k');
  await typeOver(page, words);
  await goByKey(page, 'Enter');
  const on = () => page.evaluate(() => document.activeElement?.getAttribute('href'));
  for (let row = 0; row < 60 && (await on()) !== address; row += 1) await page.keyboard.press('j');
  expect(await on()).toBe(address);
  await goByKey(page, 'Enter');
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
  // The page one leaves has the name too.
  await goByKey(page, 'Enter');
  await expect(page.locator('main')).toContainText(name);

  await open(page, '名单', '/imports/new');
  await tabTo(page, 'input[type=file]');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Space')]);
  await chooser.setFiles(roster());
  await tabTo(page, 'form[action="/imports/new"] button:not([type=button])');
  await goByKey(page, 'Enter');
  await expect(page.locator('.esum')).toContainText('有 3 行要改');
  await expect(page.locator('.esum')).toBeFocused();
  await sound(page);
  await shot(page, 'import-fix');
  await tabTo(page, 'input[name="c-2-2"]');
  await typeOver(page, '2017-03-05');
  await tabTo(page, 'input[name="c-3-6"]');
  await typeOver(page, '13900009002');
  await tabTo(page, 'input[name="c-4-1"]');
  await typeOver(page, '女');
  await goByKey(page, 'Enter');
  await expect(page.locator('.esum')).toHaveCount(0);
  await expect(page.locator('main')).toContainText('改了 3 格');
  await sound(page);
  await tabTo(page, 'form[action="/imports"] button');
  await goByKey(page, 'Enter');
  await expect(page).toHaveURL(/\/imports\/[0-9a-f-]{36}$/);

  await open(page, '周末', '/stays');
  await tabTo(page, 'a[href="/stays?week=next"]');
  await goByKey(page, 'Enter');
  await expect(page.locator('.batch')).toContainText('12 份');
  await sound(page);
  await shot(page, 'stays-next');
  await tabTo(page, 'form[action="/stays/approvals"] button');
  await goByKey(page, 'Enter');
  await expect(page).toHaveURL(/view=approved&week=next$/);
  await expect(page.locator('.tabs [aria-current] .n')).toHaveText('12');
  await sound(page);
  await tabTo(page, 'form[action$="/approval/undo"] button');
  await goByKey(page, 'Enter');
  await expect(page).toHaveURL(/\/stays\?week=next$/);
  await expect(page.locator('.batch')).toContainText('1 份');

  await open(page, 'haizi', '/children');
  await tabTo(page, '.tabs a[href$="view=paused"]');
  await goByKey(page, 'Enter');
  const file = page.waitForEvent('download');
  await tabTo(page, '.acts a[href^="/children.xlsx"]');
  await page.keyboard.press('Enter');
  expect((await file).suggestedFilename()).toMatch(/\.xlsx$/);
});

test('the way back stands on the row one left; Tab leads to a row as J does @desktop', async ({ as }) => {
  const page = await as('coordinator');
  await page.goto('/children?view=paired');
  const at = page.locator('tbody tr.at a.who');
  const names = await page.locator('tbody a.who').allTextContents();
  for (let row = 0; row < 3; row += 1) await page.keyboard.press('j');
  await expect(at).toHaveText(names[2]);
  await goByKey(page, 'e');
  await expect(page).toHaveURL(/\/edit$/);
  await page.goBack();
  await expect(at).toHaveText(names[2]);
  await expect(at).toBeFocused();
  await page.keyboard.press('j');
  await expect(at).toHaveText(names[3]);
  await goByKey(page, 'Enter');
  await expect(page).toHaveURL(/\/children\/[0-9a-f-]{36}$/);
  await page.goBack();
  await expect(at).toHaveText(names[3]);
  await page.keyboard.press('Tab');
  await page.keyboard.press('k');
  await expect(at).toHaveText(names[3]);
});

test('a row that leads nowhere is stood at, gone past, and opens nothing @desktop', async ({ as }) => {
  const page = await as('coordinator');
  await page.goto('/children?view=paired');
  const rows = page.locator('table[data-list] tbody tr');
  await rows.nth(1).evaluate((row) => {
    delete row.dataset.edit;
    row.querySelectorAll('a').forEach((link) => link.replaceWith(...link.childNodes));
  });
  const address = page.url();
  for (let row = 0; row < 2; row += 1) await page.keyboard.press('j');
  await expect(rows.nth(1)).toHaveClass(/\bat\b/);
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('e');
  await page.keyboard.press('j');
  await expect(rows.nth(2)).toHaveClass(/\bat\b/);
  expect(page.url()).toBe(address);
});

test('single letters are put off and on again @desktop', async ({ as }) => {
  const page = await as('coordinator');
  const put = async () => {
    await page.goto('/me');
    await go(page, page.getByRole('button', { name: '单键' }));
    await page.goto('/children');
    await page.keyboard.press('j');
  };
  await put();
  await expect(page.locator('tr.at')).toHaveCount(0);
  await expect(page.locator('main kbd', { hasText: 'J' })).toHaveCount(0);
  await put();
  await expect(page.locator('tr.at')).toHaveCount(1);
});

test('what happened is said to whoever hears the page @desktop', async ({ as }) => {
  const page = await as('coordinator');
  await page.goto('/children');
  await page.locator('#q').fill('没有这个人');
  await expect(page.locator('main > [role=status].vh')).toHaveText('没有找到孩子');
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

test('a child is found by who speaks for it, and the name stands beside it', async ({ as, sound }) => {
  const page = await as('coordinator');
  await page.goto('/children?view=paired');
  await go(page, page.locator('a.who').first());
  const child = new URL(page.url()).pathname;
  const adult = page.locator('dd:has(a[href*="/guardians/"])').first();
  const guardian = await adult.evaluate((line) => line.firstChild.textContent.trim());
  await page.goto('/search');
  await page.locator('#q').fill(guardian);
  await goByKey(page, 'Enter');
  await expect(page.locator(`main a.cell[href="${child}"]`)).toContainText(`监护人 ${guardian}`);
  await sound(page);
});
