// The county's table by town: on the page, on paper, as Excel.
import { test, expect } from '../lib/test.mjs';

test('the table by town is read on the page, printed and taken out as Excel', async ({ as, sound, shot }, info) => {
  const page = await as('coordinator');
  await page.goto('/report/table');
  await expect(page.locator('main table').first()).toBeVisible();
  await sound(page);
  await shot(page, 'tabulation');
  const out = page.locator('a[href^="/report/table.xlsx"]');
  const [file] = await Promise.all([page.waitForEvent('download'), out.click()]);
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/);
  if (info.project.name !== 'desktop') return;
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('main table').first()).toBeVisible();
  // What only a screen has use for stays off the paper.
  await expect(out).toBeHidden();
  await shot(page, 'tabulation-print');
});
