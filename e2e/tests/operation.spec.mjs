// A long list is made beside the request: how far it is, to its end, or stopped. The demo here waits for nothing, so
// that the page comes every time.
import { test, expect } from '../lib/test.mjs';

const LONG = /\/operations\/[0-9a-f-]{36}$/;

test('a long list is asked for by keyboard, watched, and fetched', async ({ as, sound, shot }) => {
  const leader = await as('leader');
  await leader.goto('/audit-events');
  const out = leader.locator('a[href^="/audit-events.xlsx"]');
  await out.focus();
  await leader.keyboard.press('Enter');
  await expect(leader).toHaveURL(LONG);
  await expect(leader.locator('h1')).toContainText('留痕');
  await sound(leader);
  await shot(leader, 'operation-under-way');
  const fetched = leader.getByRole('link', { name: '下载' });
  await expect(fetched).toBeVisible({ timeout: 120_000 });
  await expect(leader.getByRole('progressbar')).toHaveCount(0);
  await sound(leader);
  await shot(leader, 'operation-done');
  await fetched.focus();
  const [file] = await Promise.all([leader.waitForEvent('download'), leader.keyboard.press('Enter')]);
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/);
  await leader.goto('/operations');
  await expect(leader.locator('tbody tr').first()).toContainText('做好了');
  await sound(leader);
  await shot(leader, 'operation-list');
});

test('without script the page comes anew by itself until the file is there', async ({ as }) => {
  const leader = await as('leader', { javaScriptEnabled: false });
  await leader.goto('/audit-events');
  await leader.locator('a[href^="/audit-events.xlsx"]').click();
  await expect(leader).toHaveURL(LONG);
  await expect(leader.getByRole('link', { name: '下载' })).toBeVisible({ timeout: 120_000 });
});
