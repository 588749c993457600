// What is typed into a long form is there again: without a pause, after a fault, and after a session that ended meanwhile.
import { go } from '../lib/go.mjs';
import { expect, signIn, test } from '../lib/test.mjs';

const NEW = '/volunteers/new';
const field = (page, name) => page.locator(`form[action="/volunteers"] [name=${name}]`);
/** That words which hold `text` are kept. */
const kept = (page, form, text) => page.waitForResponse((answer) => {
  const typed = new URLSearchParams(answer.request().postData() ?? '');
  return answer.url().endsWith(`/drafts/${form}`) && answer.ok() && [...typed.values()].some((value) => value.includes(text));
});

/** A coordinator's page with an empty form. */
async function empty(page) {
  await page.goto(NEW);
  const away = page.getByRole('button', { name: '不要了，重新写' });
  if (await away.count()) await go(page, away);
  await expect(field(page, 'name')).toHaveValue('');
}

test('words typed without a pause are there again after a fault, the newest of them', async ({ as, sound, shot }) => {
  const page = await as('coordinator');
  await empty(page);
  await field(page, 'name').fill('李样草');
  const first = kept(page, 'volunteer', '示例一');
  await field(page, 'work_unit').pressSequentially('示例一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十', { delay: 90 });
  await first;
  await field(page, 'phone').fill('12');
  await go(page, page.locator('form[action="/volunteers"] button.btn').last());
  await expect(page.locator('.esum')).toBeVisible();

  await page.goto('/today');
  await page.goto(NEW);
  await expect(page.getByText('您上次没写完的')).toBeVisible();
  await expect(field(page, 'name')).toHaveValue('李样草');
  await expect(field(page, 'work_unit')).toHaveValue(/八九十$/);
  await expect(field(page, 'phone')).toHaveValue('12');
  await sound(page);
  await shot(page, 'draft-again');
  await empty(page);
});

test('a page that is left takes its last words along, and an ended session is said at once', async ({ as, stranger, banner, shot }) => {
  const page = await as('coordinator');
  await empty(page);
  await field(page, 'name').fill('王样花');
  await page.goto('/today');
  // The last words travel beside the next page.
  await expect(async () => {
    await page.goto(NEW);
    await expect(field(page, 'name')).toHaveValue('王样花', { timeout: 500 });
  }).toPass({ timeout: 60_000 });
  await empty(page);

  const own = await stranger();
  await signIn(own, banner.person('leader'));
  await own.goto('/children/new');
  const words = own.locator('form[action="/children"] [name=name]');
  const first = kept(own, 'child', '韩样草');
  await words.pressSequentially('韩样草', { delay: 50 });
  await first;
  await own.context().clearCookies();
  await words.pressSequentially('小', { delay: 50 });
  await expect(own.locator('[data-saved]')).toContainText('登录过期了');
  await shot(own, 'draft-signed-out');
  await go(own, own.locator('form[action="/children"] button.btn').last());
  await expect(own.locator('main')).toContainText('存好的都还在');
  await own.getByRole('link', { name: '登录' }).last().click();
  await expect(own).toHaveURL(/next=%2Fchildren%2Fnew/);
  await signIn(own, banner.person('leader'));
  await own.goto('/children/new');
  await expect(words).toHaveValue('韩样草');
});

test('what is thrown away just after it was typed stays away', async ({ as }) => {
  const page = await as('coordinator');
  await empty(page);
  const first = kept(page, 'volunteer', '李样果');
  await field(page, 'name').fill('李样果');
  await first;
  await page.goto(NEW);
  await field(page, 'phone').fill('13900000077');
  await go(page, page.getByRole('button', { name: '不要了，重新写' }));
  await page.goto('/today');
  await page.goto(NEW);
  await expect(field(page, 'name')).toHaveValue('');
  await expect(field(page, 'phone')).toHaveValue('');
});
