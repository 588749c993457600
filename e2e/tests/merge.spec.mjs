// One child with two files: found, compared, made one with another person's yes, taken apart again.
import { test, expect } from '../lib/test.mjs';

test('two files of one child become one with another person\'s yes, and two again @desktop', async ({ as, sound, shot }, info) => {
  const office = await as('coordinator');
  const name = '贺小双';
  for (const likes of ['画画', '跳绳']) {
    await office.goto('/children/new');
    await office.locator('#f-name').fill(name);
    await office.locator('#f-birth_on').fill('2016-03-05');
    await office.locator('#f-likes').fill(likes);
    await office.locator('form[action="/children"] button.btn').last().click();
    await expect(office.locator('h1')).toContainText(name);
  }

  await office.goto('/children');
  await office.getByRole('link', { name: '重复的档案' }).click();
  await sound(office);
  await shot(office, 'merge-list');
  const pair = office.locator('section.work', { hasText: name });
  await expect(pair).toContainText('同名，同一天出生');
  await pair.getByRole('link', { name: '比一比' }).click();
  await expect(office.locator('h1')).toContainText('是同一个人吗');
  await sound(office);
  await shot(office, 'merge-compare');
  await office.locator('label.opt', { hasText: '跳绳' }).click();
  await office.getByRole('button', { name: '请同事看' }).click();
  await expect(office).toHaveURL(/\/merges\/[0-9a-f-]{36}$/);
  const proposal = new URL(office.url()).pathname;
  await expect(office.getByRole('button', { name: '同意，并成一份' })).toHaveCount(0);

  const leader = await as('leader');
  await leader.goto('/today');
  await leader.locator('a[href="/merges"]').first().click();
  await leader.locator(`a[href="${proposal}"]`).first().click();
  await sound(leader);
  await shot(leader, 'merge-show');
  await leader.getByRole('button', { name: '同意，并成一份' }).click();
  await expect(leader).toHaveURL(/\/children\//);
  await expect(leader.locator('main')).toContainText('跳绳');

  await leader.goto(proposal);
  await sound(leader);
  await shot(leader, 'merge-done');
  await leader.getByRole('button', { name: '拆开，回到两份' }).click();
  await expect(leader.locator('h1')).toContainText('又拆开了');
  await office.goto('/merges');
  await office.locator('section.work', { hasText: name }).getByRole('button', { name: '不是同一个人' }).click();
  await expect(office.locator('section.work', { hasText: name })).toHaveCount(0);
});
