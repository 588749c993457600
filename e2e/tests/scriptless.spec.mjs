// The teacher's and the volunteer's parts of a weekend in a browser without script. On a demo of its
// own, because its clock moves.
import { test as base, expect, signIn } from '../lib/test.mjs';
import { startBanner } from '../lib/banner.mjs';

const test = base.extend({
  banner: [
    async ({}, use) => {
      const banner = await startBanner();
      await use(banner);
      await banner.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

test.use({ actionTimeout: 15_000, navigationTimeout: 30_000 });

/** Presses a button of the form that posts to `action` and waits for the page after it. */
async function send(page, action, name) {
  const form = page.locator(`form[action="${action}"]`).first();
  const button = name ? form.getByRole('button', { name }) : form.locator('button').first();
  await Promise.all([page.waitForNavigation(), button.click()]);
}

/** Puts the demo's clock forward; its strip opens without script too. */
async function clock(page, at) {
  await page.goto('/');
  await page.locator('.ahead summary').click();
  await page.locator('#demo-at').fill(at);
  await Promise.all([page.waitForNavigation(), page.locator('.ahead button[value=at]').click()]);
}

/** A moment some minutes later than `2026-11-27T17:30`. */
function later(at, minutes) {
  return new Date(Date.parse(`${at}:00Z`) + minutes * 60_000).toISOString().slice(0, 16);
}

/** `11月27日 周五 17:00` of this or the next year as `2026-11-27T17:00`. */
function moment(words) {
  const [, month, day, time] = words.match(/(\d+)月(\d+)日 \S+ (\d\d:\d\d)/);
  const two = (n) => String(n).padStart(2, '0');
  const now = new Date(Date.now() + 8 * 3_600_000);
  const year = now.getUTCFullYear() + (Number(month) < now.getUTCMonth() + 1 ? 1 : 0);
  return `${year}-${two(month)}-${two(day)}T${time}`;
}

test('teacher and volunteer play their weekend without script', async ({ banner, stranger }) => {
  test.setTimeout(180_000);
  const enter = async (role) => {
    const page = await stranger({ javaScriptEnabled: false });
    await signIn(page, banner.person(role));
    return page;
  };
  const anybody = () => stranger({ javaScriptEnabled: false });

  let phone = await enter('volunteer');
  await phone.goto('/home');
  const visit = phone.locator('.visit').first();
  const stay = (await visit.locator('form[action$="/cancellation"]').getAttribute('action')).replace(/\/cancellation$/, '');
  const starts = moment(await visit.locator('p.k').first().textContent());
  const ends = moment(await visit.locator('h2').textContent());

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
    const form = gate.locator('.ask details[open] form[action$="/wish"]').first();
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
