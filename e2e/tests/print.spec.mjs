// What is printed: the list at the gate, a child's file, a slip, the board. Nothing of the screen is on the paper, all that is
// needed is, and it is as wide as a sheet. On a demo of its own, because its clock moves.
import { expect } from '../lib/test.mjs';
import { clock, later, nextVisit, send, test } from '../lib/weekend.mjs';

test.use({ story: 'print' });

/** A4 less margins of 12 mm, at 96 pixels an inch. */
const SHEET = { width: 703, height: 1032 };
const SCREEN_ONLY = '.rail, .tabbar, .top, .apphead, .sample, .worry, .toastbox, .acts button, button:not(.tl *), [data-print]';

/** The page as on paper: what belongs to the screen is gone, and nothing runs over the edge. */
async function onPaper(page, shot, name) {
  const screen = page.viewportSize();
  await page.setViewportSize(SHEET);
  await page.emulateMedia({ media: 'print' });
  await shot(page, name);
  const shown = await page.locator(SCREEN_ONLY).evaluateAll((all) =>
    all.filter((el) => el.checkVisibility() && el.getClientRects().length > 0).map((el) => `${el.tagName} ${el.className} ${el.textContent.trim().slice(0, 20)}`));
  expect(shown, `on paper of ${page.url()}`).toEqual([]);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wider).toBeLessThanOrEqual(0);
  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize(screen);
}

test('the gate’s list, a child’s file, the board and a slip on paper (@desktop)', async ({ as, banner, stranger, shot }) => {
  const mother = await as('volunteer');
  const { starts } = await nextVisit(mother);
  const child = await mother.locator('a[href^="/children/"]').first().getAttribute('href');
  await clock(await stranger(), later(starts, -60));

  const gate = await as('class_teacher');
  await gate.goto('/friday/list');
  await gate.emulateMedia({ media: 'print' });
  for (const column of ['孩子', '谁来接', '电话', '签字']) await expect(gate.locator('.release-list th').filter({ hasText: column }).first()).toBeVisible();
  await onPaper(gate, shot, 'print-gate');

  const office = await as('coordinator');
  await office.goto('/friday/list');
  const schools = await office.locator('.gate h2').allTextContents();
  expect(schools.length, 'a sheet for each school').toBe(new Set(schools).size);
  await expect(office.locator('.gate .release-list')).toHaveCount(await office.locator('.release-list').count());
  await onPaper(office, shot, 'print-gate-office');
  await office.goto(child);
  await onPaper(office, shot, 'print-child');
  await office.goto('/board');
  await onPaper(office, shot, 'print-board');
  await office.goto('/accounts?view=volunteers');
  await office.goto(await office.locator('main table a[href^="/accounts/"]').first().getAttribute('href'));
  await send(office, `${new URL(office.url()).pathname}/slips`);
  await onPaper(office, shot, 'print-slip');
  await office.emulateMedia({ media: 'print' });
  await expect(office.locator('#slip-code')).toBeVisible();
  await expect(office.locator('.slip')).toContainText(`${banner.origin}/slip`);
});
