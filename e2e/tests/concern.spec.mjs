// A worry leaves nothing in the browser. The handlers' list, and its way out as Excel: numbers and times, no word of what
// was said.
import { readFileSync } from 'node:fs';
import { test, expect } from '../lib/test.mjs';

test('the handlers take the list of concerns out as Excel, by keyboard too', async ({ as, sound, hittable, shot }) => {
  const page = await as('leader');
  await page.goto('/concerns/new');
  await page.locator('#f-words').fill('手上有伤，说是摔的');
  await page.locator('form[action="/concerns"] button.btn').last().click();
  await expect(page).toHaveURL(/\/concerns\/said$/);
  await page.goto('/concerns');
  const out = page.locator('.acts a[href="/concerns.xlsx"]');
  await expect(out).toBeVisible();
  await sound(page);
  await hittable(page);
  await shot(page, 'concern-list');
  await out.focus();
  const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/);
  expect(readFileSync(await file.path()).subarray(0, 2).toString()).toBe('PK');
});

for (const script of [true, false]) {
  test(`after a worry was sent, Back shows none of its words, script ${script}`, async ({ stranger }) => {
    const page = await stranger({ javaScriptEnabled: script });
    await page.goto('/concerns/new');
    await page.locator('#f-words').fill('她说在那边被打了');
    await page.locator('#f-contact').fill('139 0000 0000');
    await page.locator('[name=situation]').first().check();
    await page.locator('form[action="/concerns"] button.btn').last().click();
    await expect(page).toHaveURL(/\/concerns\/said$/);
    await page.goBack();
    await expect(page).toHaveURL(/\/concerns\/new$/);
    await expect(page.locator('#f-words')).toHaveValue('');
    await expect(page.locator('#f-contact')).toHaveValue('');
    await expect(page.locator('[name=situation]').first()).not.toBeChecked();
  });
}

test('a worry that cannot leave stays as it was written, and says whom to call', async ({ stranger, sound }) => {
  const page = await stranger();
  await page.goto('/concerns/new');
  await page.locator('#f-words').fill('她说在那边被打了');
  await page.context().setOffline(true);
  await page.locator('form[action="/concerns"] button.btn').last().click();
  await expect(page.locator('[data-stuck]')).toContainText('没传出去，写的还在这里。急的话先打 110');
  await expect(page.locator('#f-words')).toHaveValue('她说在那边被打了');
  await page.context().setOffline(false);
  await sound(page);
  await page.locator('form[action="/concerns"] button.btn').last().click();
  await expect(page).toHaveURL(/\/concerns\/said$/);
});

test('who handles no concern has no such list @desktop', async ({ as }) => {
  const page = await as('volunteer');
  for (const path of ['/concerns', '/concerns.xlsx']) {
    expect((await page.request.get(path)).status(), path).toBe(404);
  }
});
