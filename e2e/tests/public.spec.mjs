// The front page, as somebody sees it who has never heard of the programme.
import { test, expect } from '../lib/test.mjs';

test('the front page says in a minute what this is, with true figures', async ({ stranger, sound, shot }) => {
  const page = await stranger();
  await page.goto('/');
  await expect(page.locator('h1')).toHaveText(/周末有一个家/);
  await expect(page.locator('.ledger')).toContainText('180');
  await expect(page.locator('.field180 use')).toHaveCount(180);
  await expect(page.locator('.field180 use[href="#a"]')).toHaveCount(102);
  await expect(page.locator('.sample')).toBeVisible();
  await sound(page);
  await shot(page, 'front');
});

test('the front page can be read in English and without script', async ({ stranger }) => {
  const page = await stranger({ javaScriptEnabled: false });
  await page.goto('/');
  await page.locator('button[name=lang][value=en]').first().click();
  await expect(page.locator('h1')).toHaveText(/have a home at weekends/);
  await page.locator('a[href="/sign-in"]').first().click();
  await expect(page).toHaveURL(/sign-in/);
});

test('page and document tell the same figures @desktop', async ({ stranger }) => {
  const page = await stranger();
  const told = await (await page.request.get('/api/v1/figures')).json();
  await page.goto('/');
  const shown = await page.locator('.ledger .v').allTextContents();
  const numbers = shown.map((text) => Number(text.replace(/[^0-9]/g, '')));
  expect(numbers).toEqual([told.volunteers, told.children_supported, told.pairs, told.service_hours]);
});
