// A long list leaves the house with another person's yes.
import { go } from '../lib/go.mjs';
import { test, expect } from '../lib/test.mjs';

test('a long list is asked for by one, agreed to by another, and fetched with name and time @desktop', async ({ as, sound, shot }, info) => {
  const purpose = `报旗教育局寒假摸底（${info.project.name}）`;
  const office = await as('coordinator');
  await office.goto('/children?view=here');
  await office.locator('.acts a', { hasText: '导出' }).click();
  await expect(office).toHaveURL(/\/exports\/new\?view=here$/);
  await expect(office.locator('h1')).toContainText('要另一位同事同意');
  await sound(office);
  await shot(office, 'export-new');
  await office.locator('form[action^="/exports?"] button').click();
  await expect(office.locator('.esum')).toContainText('用来做什么');
  await office.locator('#f-purpose').fill(purpose);
  await office.locator('form[action^="/exports?"] button').click();
  await expect(office).toHaveURL(/\/exports$/);
  const own = office.locator('section.work', { hasText: purpose });
  await expect(own).toContainText('要由另一位同事看');
  await expect(own.getByRole('button', { name: '同意' })).toHaveCount(0);

  const leader = await as('leader');
  await leader.goto('/children');
  await go(leader, leader.locator('a[href="/exports"]').first());
  await sound(leader);
  await shot(leader, 'export-waiting');
  await go(leader, leader.locator('section.work', { hasText: purpose }).getByRole('button', { name: '同意', exact: true }));
  await expect(leader.locator('section.work', { hasText: purpose })).toHaveCount(0);

  await office.goto('/exports');
  await sound(office);
  await shot(office, 'export-open');
  const [file] = await Promise.all([
    office.waitForEvent('download'),
    office.locator('section.work', { hasText: purpose }).getByRole('link', { name: '下载' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/);
  await leader.goto('/exports');
  await expect(leader.locator('tr', { hasText: purpose })).toContainText('1 次');
});
