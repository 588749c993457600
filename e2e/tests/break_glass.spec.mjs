// A child's whole file opened in an emergency by a child director, and the leader's review, with script and without. On a demo of its
// own, because what is opened stands on the leader's day.
import { go } from '../lib/go.mjs';
import { expect } from '../lib/test.mjs';
import { test } from '../lib/weekend.mjs';

test.use({ story: 'break_glass' });

const REASON = '示例：孩子从车上摔下来，正在送旗医院';

/** The number of the file of the first child on the leader's list. */
async function number(leader) {
  await leader.goto('/children');
  await go(leader, leader.locator('.who a, td a[href^="/children/"]').first());
  return (await leader.locator('.crumb').innerText()).match(/\d{4}-\d+/)[0];
}

async function open(worker, file) {
  await worker.goto('/visits');
  await go(worker, worker.getByRole('link', { name: '紧急查看', exact: true }));
  await worker.locator('#f-number').fill(file);
  await worker.locator('#f-reason').fill(REASON);
  await go(worker, worker.getByRole('button', { name: '打开，并通知两位同事' }));
}

test('a file is opened in an emergency, closed again, and reviewed by the leader', async ({ as, sound, hittable, shot }) => {
  const leader = await as('leader');
  const file = await number(leader);
  const worker = await as('town_worker');
  await worker.goto('/break-glasses/new');
  await sound(worker);
  await hittable(worker);
  await shot(worker, 'break-glass-new');
  await go(worker, worker.getByRole('button', { name: '打开，并通知两位同事' }));
  await expect(worker.locator('.esum')).toContainText('出了什么事');
  await sound(worker);

  await open(worker, file);
  await expect(worker).toHaveURL(/\/break-glasses\/[0-9a-f-]+$/);
  await expect(worker.locator('.strip').first()).toContainText('还剩 60 分钟');
  await expect(worker.locator('main')).toContainText(file);
  await sound(worker);
  await hittable(worker);
  await shot(worker, 'break-glass-open');

  await leader.goto('/today');
  await expect(leader.locator('main')).toContainText('有一份档案正被紧急查看');
  await go(worker, worker.getByRole('button', { name: '用完了，关上' }));
  await expect(worker.locator('h1')).toContainText('等负责人复核');
  await expect(worker.locator('main')).not.toContainText('打给谁');

  await leader.goto('/today');
  await go(leader, leader.getByRole('link', { name: /复核一次紧急查看/ }).first());
  await expect(leader.locator('main')).toContainText(REASON);
  await sound(leader);
  await hittable(leader);
  await shot(leader, 'break-glass-review');
  await leader.locator('[name=verdict][value=justified]').check();
  await leader.locator('#f-words').fill('示例：医院证实了');
  await go(leader, leader.getByRole('button', { name: '复核', exact: true }));
  await expect(leader.locator('h1')).toContainText('有必要');
  await leader.goto('/break-glasses');
  await sound(leader);
  await shot(leader, 'break-glass-list');
});

test('without script the same is opened and closed @phone', async ({ as }) => {
  const file = await number(await as('leader'));
  const worker = await as('town_worker', { javaScriptEnabled: false });
  await open(worker, file);
  await expect(worker.locator('.strip').first()).toContainText('还剩 60 分钟');
  await go(worker, worker.getByRole('button', { name: '用完了，关上' }));
  await expect(worker.locator('h1')).toContainText('等负责人复核');
});
