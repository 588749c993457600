// The pages without network for whoever hears them or goes by keys: what is the same is not said again, what is pressed leads
// on. On a demo whose weekend no other file plays.
import { atTheGate, onTheRoad, open } from '../lib/phone.mjs';
import { expect } from '../lib/test.mjs';
import { test } from '../lib/weekend.mjs';

test.use({ story: 'phone heard' });
test.describe.configure({ timeout: 480_000 });

test('whoever stands in the queue stays there while nothing in it changes @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    const act = await window.way.add('arrival');
    // Not while it is on its way, or that would say that it is kept.
    await phone.send();
    await phone.mark(act.id, { state: 'look' });
  });
  await open(page, '/phone');
  await expect(page.locator('[data-state]')).toContainText('网络好了');
  const seen = page.locator('[data-acts] button');
  await seen.focus();
  const heard = await page.evaluate(async () => {
    const changes = [];
    new MutationObserver((all) => changes.push(...all)).observe(document.querySelector('[data-state]'), { childList: true });
    window.naheyaPhone.listeners.forEach((tell) => tell());
    // As long as the queue takes to be read: what it reads is read after it.
    for (let n = 0; n < 5; n += 1) await window.naheyaPhone.owned();
    await new Promise((done) => setTimeout(done, 0));
    return changes.length;
  });
  expect(heard).toBe(0);
  await expect(seen).toBeFocused();
});

test('whoever hears the gate is told to let nobody go to a stranger @phone', async ({ banner, stranger }) => {
  const page = await atTheGate(banner, stranger);
  // Kept, and sent to nobody: other tests have the same banner.
  await page.evaluate(() => { window.naheyaPhone.add = async () => ({}); });
  await page.locator('[data-s=stranger]').click();
  await expect(page.getByRole('alert').filter({ hasText: '先别放行' })).toBeVisible();
});
