// The road is closed: a return is put off by the office, and volunteer, guardian and teacher each see the new hour, until the
// child is back. On a demo of its own, because its clock moves.
import { expect } from '../lib/test.mjs';
import { clock, later, nextVisit, send, test } from '../lib/weekend.mjs';

test.use({ story: 'later' });

const PC = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, serviceWorkers: 'block' };

test('a return is put off by the office, everybody sees the new hour, and nothing rings until then (@desktop)', async ({ as, stranger, sound, shot }) => {
  const mother = await as('volunteer', PHONE);
  const { stay, starts, ends } = await nextVisit(mother);
  const hour = ends.slice(11);

  await test.step('Friday: fetched by code, at home', async () => {
    await clock(await stranger(), later(starts, -20));
    await mother.goto(`${stay}/code`);
    const code = (await mother.locator('.code b').allTextContents()).join('');
    const gate = await as('class_teacher', PHONE);
    await gate.goto('/friday');
    await gate.locator('[name=code]').fill(code);
    await send(gate, '/friday/code');
    await send(gate, '/releases');
    await clock(await stranger(), later(starts, 30));
    await mother.goto('/home');
    await send(mother, `${stay}/report`, '我接到孩子了');
    await mother.goto('/home');
    await send(mother, `${stay}/report`, '我们到家了');
  });

  const office = await as('coordinator', PC);
  await test.step('Sunday: she is late, the office agrees on the next day', async () => {
    await clock(await stranger(), later(ends, 5));
    await expect.poll(async () => (await office.goto('/board'), office.locator(`a[href="${stay}/later"]`).count()), { timeout: 90_000 }).toBe(1);
    await sound(office);
    await shot(office, 'later-board-before');
    await office.locator(`a[href="${stay}/later"]`).click();
    await expect(office.locator('[name=by]')).toHaveValue(hour);
    await sound(office);
    await shot(office, 'later-form');
    await office.locator('[name=words]').fill('短');
    await office.locator(`form[action="${stay}/later"] button`).click();
    await expect(office.locator('.esum')).toBeVisible();
    await office.locator('[name=words]').fill('路封了，和周末妈妈、家长都说好了');
    await send(office, `${stay}/later`);
    await expect(office.locator(`a[href="${stay}/later"]`)).toHaveCount(0);
    await sound(office);
    await shot(office, 'later-board-after');
    await office.goto(stay);
    await expect(office.locator('main')).toContainText('路封了，和周末妈妈、家长都说好了');
    await sound(office);
    await shot(office, 'later-stay');
  });

  const next = later(ends, 24 * 60);
  const told = `${Number(next.slice(5, 7))}月${Number(next.slice(8, 10))}日`;
  await test.step('volunteer, guardian and teacher see the new hour', async () => {
    await mother.goto('/home');
    await expect(mother.locator('.visit').first()).toContainText(told);
    await sound(mother);
    await shot(mother, 'later-volunteer');
    await mother.goto('/notices');
    await shot(mother, 'later-volunteer-notices');
    const family = await as('guardian', PHONE);
    await family.goto('/family');
    await expect(family.locator('main')).toContainText(told);
    await sound(family);
    await shot(family, 'later-guardian');
    await family.goto('/notices');
    await shot(family, 'later-guardian-notices');
    const gate = await as('class_teacher', PHONE);
    await gate.goto('/sunday');
    await sound(gate);
    await shot(gate, 'later-teacher');
    await gate.goto('/notices');
    await shot(gate, 'later-teacher-notices');
  });

  await test.step('the next day the child is back in time', async () => {
    await clock(await stranger(), later(next, -30));
    await mother.goto('/home');
    await shot(mother, 'later-volunteer-next');
    await send(mother, `${stay}/report`, '我们出发回学校了');
    await mother.goto('/home');
    await send(mother, `${stay}/report`, '送回学校了');
    const gate = await as('class_teacher', PHONE);
    await gate.goto('/sunday');
    await sound(gate);
    await shot(gate, 'later-teacher-next');
    await send(gate, `${stay}/return`);
    await office.goto(stay);
    await expect(office.getByText('回来了').first()).toBeVisible();
    await shot(office, 'later-stay-closed');
  });
});
