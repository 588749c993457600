// The teacher's and the volunteer's parts of a weekend in a browser without script. On a demo of its
// own, because its clock moves.
import { expect, signIn } from '../lib/test.mjs';
import { clock, later, nextVisit, press as send, test } from '../lib/weekend.mjs';

test.use({ story: 'scriptless' });

test('teacher and volunteer play their weekend without script @phone', async ({ banner, stranger }) => {
  const enter = async (role) => {
    const page = await stranger({ javaScriptEnabled: false });
    await signIn(page, banner.person(role));
    return page;
  };
  const anybody = () => stranger({ javaScriptEnabled: false });

  let phone = await enter('volunteer');
  const { stay, starts, ends } = await nextVisit(phone);

  await test.step('another weekend is asked for, and the answers keep what was typed', async () => {
    await phone.goto('/stays/new');
    await send(phone, '/stays');
    await expect(phone.locator('.esum')).toBeVisible();
    await phone.locator('[name=weekend]').nth(1).check();
    for (const adult of await phone.locator('[name=adults]').all()) await adult.check();
    await phone.locator('[name=going][value=no]').check();
    await send(phone, '/stays');
    await expect(phone).toHaveURL(/\/home$/);
  });

  await test.step('the teacher hears the child and says yes', async () => {
    const gate = await enter('class_teacher');
    await gate.goto('/friday');
    const form = gate.locator('.ask form[action$="/wish"]:visible').first();
    const action = await form.getAttribute('action');
    await form.locator('[value=yes]').check();
    await form.locator('[name=alone]').check();
    await send(gate, action);
    await send(gate, action.replace('/wish', '/endorsement'), '可以去');
    await expect(gate.getByText('您说可以').first()).toBeVisible();
  });

  await test.step('Friday: code, wrong code, release', async () => {
    await clock(await anybody(), later(starts, -15));
    phone = await enter('volunteer');
    await phone.goto(`${stay}/code`);
    const code = (await phone.locator('.code b').allTextContents()).join('');
    expect(code).toMatch(/^\d{6}$/);
    const gate = await enter('class_teacher');
    await gate.goto('/friday');
    await gate.locator('[name=code]').fill(code === '000000' ? '000001' : '000000');
    await send(gate, '/friday/code');
    await expect(gate.locator('.esum')).toContainText('先别放行');
    await gate.locator('[name=code]').fill(code);
    await send(gate, '/friday/code');
    await send(gate, '/releases');
    await expect(gate).toHaveURL(/\/friday$/);
    await gate.goto('/friday/list');
    await expect(gate.getByRole('heading', { level: 1 })).toContainText('放学名单');
  });

  await test.step('the volunteer says how far they are, that they come later, and writes a note', async () => {
    for (const words of ['我接到孩子了', '我们到家了']) {
      await phone.goto('/home');
      await send(phone, `${stay}/report`, words);
    }
    await phone.goto(`${stay}/note`);
    await phone.locator('[name=words]').fill('一起看了羊。');
    await phone.locator('[name=worried][value=no]').check();
    await send(phone, `${stay}/note`);
    await expect(phone.getByText('一起看了羊。').first()).toBeVisible();
    await clock(await anybody(), later(ends, -30));
    phone = await enter('volunteer');
    await phone.goto(`${stay}/delay`);
    await phone.locator('[name=late_minutes]').first().check();
    await phone.locator('[name=late_words]').fill('路上有雪');
    await send(phone, `${stay}/delay`);
    await expect(phone.getByText('路上有雪')).toBeVisible();
    for (const words of ['我们出发回学校了', '送回学校了']) {
      await phone.goto('/home');
      await send(phone, `${stay}/report`, words);
    }
  });

  await test.step('Sunday: here, a mistake, and here again', async () => {
    const gate = await enter('class_teacher');
    await gate.goto('/sunday');
    await expect(gate.getByText('路上有雪')).toBeVisible();
    await send(gate, `${stay}/return`);
    await gate.goto('/sunday');
    await send(gate, `${stay}/return/undo`);
    await expect(gate.locator(`form[action="${stay}/return"]`)).toBeVisible();
    await send(gate, `${stay}/return`);
    await phone.goto('/home');
    await expect(phone.locator(`form[action="${stay}/report"]`)).toHaveCount(0);
  });
});
