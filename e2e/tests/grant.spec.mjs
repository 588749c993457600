// Somebody who has an account already, a class teacher, becomes a volunteer too: a roster brings her file, the office gives
// her account the role that stands for it, and she changes roles on her phone. The guardians of a school get accounts. On a demo
// of its own, because its people change.
import { go } from '../lib/go.mjs';
import { expect } from '../lib/test.mjs';
import { send, test } from '../lib/weekend.mjs';

test.use({ story: 'grant' });

const PC = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, serviceWorkers: 'block' };
const NAME = '南样丁';
const ROSTER = `姓名,性别,出生年月,联系电话,加入时间\n${NAME},女,1986.4,13900000012,2025.4\n${NAME},女,1991.7,13900000013,2025.4\n`;

test('a role that stands for a file is given to an account that there is, and she changes to it (@desktop)', async ({ as, banner, sound, hittable, shot }) => {
  const office = await as('coordinator', PC);
  await test.step('a roster brings two files of one name', async () => {
    await office.goto('/imports/new');
    await office.locator('[name=kind][value=volunteers]').check();
    await office.locator('[name=roster]').setInputFiles({ name: '志愿者.csv', mimeType: 'text/csv', buffer: Buffer.from(ROSTER) });
    await send(office, '/imports/new');
    await send(office, '/imports');
  });

  const account = await test.step('the account of the class teacher', async () => {
    await office.goto('/accounts');
    await office.locator('form[action="/accounts/search"] [name=q]').fill(banner.person('class_teacher').login);
    const link = office.locator('main table a[href^="/accounts/"]');
    await expect(link).toHaveCount(1);
    return link.getAttribute('href');
  });

  await test.step('by a name alone nobody gets a file: it is found, then chosen', async () => {
    await office.goto(account);
    await sound(office);
    await hittable(office);
    await shot(office, 'grant-account');
    await office.locator('[name=role]').selectOption('volunteer');
    await office.locator('[name=person]').fill('没有这人');
    await go(office, office.locator(`form[action="${account}/grants"] button`));
    await expect(office.locator('.esum')).toBeVisible();
    await shot(office, 'grant-nobody');
    await office.locator('[name=person]').fill(NAME);
    await go(office, office.locator(`form[action="${account}/grants"] button`));
    await expect(office.locator('.esum')).toBeVisible();
    await expect(office.locator('[name=place] option').filter({ hasText: NAME })).toHaveCount(2);
    await sound(office);
    await shot(office, 'grant-choose');
    const file = await office.locator('[name=place] option').filter({ hasText: NAME }).first().getAttribute('value');
    await office.locator('[name=place]').selectOption(file);
    await send(office, `${account}/grants`);
    await expect(office.locator('main')).toContainText(NAME);
    await sound(office);
    await shot(office, 'grant-given');
  });

  await test.step('the guardians of a school get their accounts in one go, with the slips on one page', async () => {
    await office.goto('/accounts/guardians');
    await sound(office);
    await office.locator('main select[name=school]').selectOption({ index: 1 });
    await go(office, office.locator('form[action="/accounts/guardians"] button'));
    await sound(office);
    await hittable(office);
    await shot(office, 'guardian-accounts');
    await office.locator('[data-select-all=guardian]').check();
    await go(office, office.locator('form[action="/accounts/guardians/slips"] button').first());
    await expect(office.locator('.slips .slip').first()).toBeVisible();
    await sound(office);
    await shot(office, 'guardian-slips');
  });

  await test.step('she changes roles on her phone', async () => {
    const phone = await as('class_teacher', PHONE);
    await phone.goto('/me');
    await sound(phone);
    await shot(phone, 'grant-me');
    await go(phone, phone.getByRole('button', { name: /换成这个/ }).first());
    await expect(phone.locator('a[href="/home"]:visible').first()).toBeVisible();
    await sound(phone);
    await shot(phone, 'grant-volunteer');
    await phone.goto('/me');
    await go(phone, phone.getByRole('button', { name: /换成这个/ }).first());
    await expect(phone.locator('a[href="/friday"]:visible').first()).toBeVisible();
  });
});
