// Snow: a whole weekend is called off from one page, and volunteer, guardian and teacher each see that nobody is fetched.
// On a demo of its own, because its weekend is over.
import { go } from '../lib/go.mjs';
import { expect } from '../lib/test.mjs';
import { nextVisit, press, send, test } from '../lib/weekend.mjs';

test.use({ story: 'weekend off' });

const PC = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, serviceWorkers: 'block' };
const REASON = '大雪封路，先不去了';

test('a weekend is called off from one page, and everybody sees it (@desktop)', async ({ as, sound, shot }) => {
  const mother = await as('volunteer', PHONE);
  const { stay, starts } = await nextVisit(mother);
  const office = await as('coordinator', PC);
  await office.goto('/stays');
  await go(office, office.getByRole('link', { name: '这几天都不接了' }));
  await expect(office.locator('[name=from]').first()).toHaveValue(starts.slice(0, 10));
  await sound(office);
  await shot(office, 'weekend_off-form');

  await test.step('without a choice and a reason nothing is called off', async () => {
    await press(office, '/stays/cancellations');
    await expect(office.locator('.esum')).toContainText('请选取消哪些');
    await sound(office);
    await shot(office, 'weekend_off-faults');
  });

  await office.locator('[name=school]').selectOption('all');
  await office.locator('[name=reason]').fill(REASON);
  await send(office, '/stays/cancellations');
  await expect(office).toHaveURL(/\/stays\?view=off/);
  await expect(office.locator('.toast, [data-toast]').first()).toContainText('取消了');
  await sound(office);
  await shot(office, 'weekend_off-done');
  await office.goto(stay);
  await expect(office.locator('main')).toContainText(REASON);
  await shot(office, 'weekend_off-stay');

  await test.step('volunteer, guardian and teacher', async () => {
    await mother.goto('/home');
    await expect(mother.locator(`form[action="${stay}/cancellation"]`)).toHaveCount(0);
    await expect(mother.locator('main')).toContainText(REASON);
    await sound(mother);
    await shot(mother, 'weekend_off-volunteer');
    await mother.goto('/notices');
    await shot(mother, 'weekend_off-volunteer-notices');
    const family = await as('guardian', PHONE);
    await family.goto('/family');
    await expect(family.locator('main')).toContainText('家，先不去了');
    await expect(family.locator('main')).not.toContainText(REASON);
    await sound(family);
    await shot(family, 'weekend_off-guardian');
    await family.goto('/notices');
    await shot(family, 'weekend_off-guardian-notices');
    const gate = await as('class_teacher', PHONE);
    await gate.goto('/friday');
    await sound(gate);
    await shot(gate, 'weekend_off-teacher');
    await gate.goto('/notices');
    await shot(gate, 'weekend_off-teacher-notices');
  });
});
