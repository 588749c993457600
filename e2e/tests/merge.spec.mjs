// One person with two files, a child or a volunteer: found, compared, made one with another person's yes, taken apart again.
import { go } from '../lib/go.mjs';
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
    if (likes === '跳绳') {
      await expect(office.locator('main')).toContainText('同一天出生');
      await office.locator('label.chk', { hasText: '是另一个孩子' }).click();
      await office.locator('form[action="/children"] button.btn').last().click();
    }
    await expect(office.locator('h1')).toContainText(name);
  }

  await office.goto('/children');
  await go(office, office.getByRole('link', { name: '重复的档案' }));
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
  await go(leader, leader.locator('a[href="/merges"]').first());
  await go(leader, leader.locator(`a[href="${proposal}"]`).first());
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

test('two files of one volunteer and her two homes become one, and two again', async ({ as, sound, hittable, shot }, info) => {
  const office = await as('coordinator');
  const name = info.project.name === 'phone' ? '贺大双' : '贺大单';
  const phone = info.project.name === 'phone' ? '13900000781' : '13900000782';
  for (const [work, husband] of [['示例小学', '韩样夫'], ['示例中学', '韩样夫']]) {
    await office.goto('/volunteers/new');
    await field(office, 'name').fill(name);
    await field(office, 'phone').fill(phone);
    await field(office, 'birth_on').fill('1985-04-06');
    await field(office, 'work_unit').fill(work);
    await field(office, 'member.0.name').fill(husband);
    await field(office, 'member.0.birth_on').fill('1984-01-02');
    await office.locator('form[action="/volunteers"] button.btn').last().click();
    await expect(office.locator('h1')).toContainText(name);
  }

  await office.goto('/volunteers');
  await go(office, office.getByRole('link', { name: '重复的档案' }));
  await expect(office).toHaveURL(/\/merges\?kind=volunteer$/);
  const pair = office.locator('section.work', { hasText: name });
  await expect(pair).toContainText('同名，同一天出生');
  await expect(pair).toContainText('同住 韩样夫');
  await sound(office);
  await hittable(office);
  await shot(office, 'merge-volunteer-list');
  await pair.getByRole('link', { name: '比一比' }).click();
  await expect(office.locator('main')).toContainText('一个人住一个家');
  await sound(office);
  await hittable(office);
  await shot(office, 'merge-volunteer-compare');
  await office.locator('label.opt', { hasText: '示例中学' }).click();
  await office.getByRole('button', { name: '请同事看' }).click();
  await expect(office).toHaveURL(/\/merges\/[0-9a-f-]{36}$/);
  const proposal = new URL(office.url()).pathname;
  await sound(office);
  await shot(office, 'merge-volunteer-asked');

  const leader = await as('leader');
  await leader.goto('/merges?kind=volunteer');
  await sound(leader);
  await shot(leader, 'merge-volunteer-waiting');
  await go(leader, leader.locator(`a[href="${proposal}"]`).first());
  await sound(leader);
  await hittable(leader);
  await shot(leader, 'merge-volunteer-show');
  await leader.getByText('不同意', { exact: true }).click();
  await go(leader, leader.getByRole('button', { name: '退回去' }));
  await expect(leader.locator('main')).toContainText('请写为什么');
  await sound(leader);
  await shot(leader, 'merge-volunteer-no-reason');
  await leader.goto(proposal);
  await leader.getByRole('button', { name: '同意，并成一份' }).click();
  await expect(leader).toHaveURL(/\/volunteers\//);
  await expect(leader.locator('main')).toContainText('示例中学');
  await expect(leader.locator('main').getByText('韩样夫')).toHaveCount(1);
  await shot(leader, 'merge-volunteer-file');

  await leader.goto(proposal);
  await sound(leader);
  await shot(leader, 'merge-volunteer-done');
  await leader.getByRole('button', { name: '拆开，回到两份' }).click();
  await expect(leader.locator('h1')).toContainText('又拆开了');

  await office.goto('/merges?kind=volunteer');
  await go(office, pair.getByRole('button', { name: '不是同一个人' }));
  await expect(pair).toHaveCount(0);
  const told = office.locator('tr', { hasText: name }).filter({ has: office.getByRole('button', { name: '收回这句话' }) });
  await sound(office);
  await hittable(office);
  await shot(office, 'merge-volunteer-told');
  await go(office, told.getByRole('button', { name: '收回这句话' }));
  await expect(pair).toHaveCount(1);

  // What stands in the way is said with what to do.
  const links = await pair.getByRole('link', { name: '比一比' }).getAttribute('href');
  const other = new URL(links, office.url()).searchParams.get('other');
  await office.goto(`/volunteers/${other}/home`);
  await field(office, 'address').fill('示例小区2号楼');
  await field(office, 'travel_minutes').fill('20');
  await go(office, office.locator('main form button.btn').last());
  const kept = new URL(links, office.url()).searchParams.get('kept');
  await office.goto(`/volunteers/${kept}/home`);
  await field(office, 'address').fill('示例小区1号楼');
  await field(office, 'travel_minutes').fill('20');
  await go(office, office.locator('main form button.btn').last());
  await office.goto(links);
  await expect(office.locator('main')).toContainText('两份写的家不在一个地方');
  await expect(office.getByRole('button', { name: '请同事看' })).toHaveCount(0);
  await sound(office);
  await shot(office, 'merge-volunteer-obstacle');
});

test('likely doubles of volunteers are told apart without script, and the list goes out as Excel', async ({ as }, info) => {
  const page = await as('coordinator', { javaScriptEnabled: false });
  const name = info.project.name === 'phone' ? '巴小双' : '巴小单';
  const phone = info.project.name === 'phone' ? '13900000791' : '13900000792';
  for (const work of ['示例小学', '示例中学']) {
    await page.goto('/volunteers/new');
    await field(page, 'name').fill(name);
    await field(page, 'phone').fill(phone);
    await field(page, 'birth_on').fill('1986-05-07');
    await field(page, 'work_unit').fill(work);
    await page.locator('form[action="/volunteers"] button.btn').last().click();
    await expect(page.locator('h1')).toContainText(name);
  }

  await page.goto('/volunteers');
  await page.getByRole('link', { name: '重复的档案' }).click();
  const pair = page.locator('section.work', { hasText: name });
  await expect(pair).toHaveCount(1);
  await expect(pair).toContainText('示例小学');
  await expect(pair).toContainText('示例中学');
  await pair.getByRole('link', { name: '比一比' }).click();
  await expect(page).toHaveURL(/\/merges\/new\?kind=volunteer&kept=/);
  await page.getByRole('button', { name: '不是同一个人' }).click();
  await expect(page).toHaveURL(/\/merges\?kind=volunteer$/);
  await expect(pair).toHaveCount(0);
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('.acts a[href="/merges.xlsx?kind=volunteer"]').click()]);
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/);
});

/** A field of a form by its name, which may have a dot in it. */
function field(page, name) {
  return page.locator(`main [name="${name}"]`);
}
