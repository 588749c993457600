// A child director's round on a phone at 390 px: from sign-in to a page on which nobody waits any more for what was done.
// With script and without. On a demo of its own, because what waits is done.
import { go } from '../lib/go.mjs';
import { expect, signIn } from '../lib/test.mjs';
import { test } from '../lib/weekend.mjs';

test.use({ story: 'visit' });

const waiting = (page) => page.locator('#due-list > li');
const nameOf = (row) => row.locator('b a').textContent();

/** Writes the talk down that the row waits for. */
async function talk(page, row) {
  await go(page, row.getByRole('link', { name: /^记一次/ }));
  await page.locator('[name=way][value=visit]').check();
  await page.locator('[name=alone][value=yes]').check();
  await page.locator('[name=sleep]').fill('睡得好，夜里不怕黑了');
  await go(page, page.getByRole('button', { name: '存好' }));
}

/** Says a worry about the child of the row and goes back to the round. */
async function worry(page, row) {
  await go(page, row.getByRole('link', { name: /^我担心/ }));
  await expect(page.getByRole('link', { name: /110/ }).first()).toBeVisible();
  await page.locator('[name=words]').fill('示例：胳膊上有一块青，问了不说');
  await go(page, page.getByRole('button', { name: '告诉专人' }));
  await go(page, page.getByRole('link', { name: '回去接着走访' }));
}

test('a child director sees who waits, writes a talk down, says a worry, and both are gone from what waits @phone', async ({ banner, stranger, sound, hittable, shot }) => {
  const page = await stranger();
  await signIn(page, banner.person('town_worker'));
  await expect(page).toHaveURL(/\/visits$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('个孩子等您去看看');
  await sound(page);
  await hittable(page);
  await shot(page, 'visit-before');
  const before = await waiting(page).count();
  expect(before).toBeGreaterThanOrEqual(2);
  await expect(waiting(page).first().locator('.tag--due')).toBeVisible();
  const asked = await nameOf(waiting(page).nth(0));
  const worried = await nameOf(waiting(page).nth(1));

  await test.step('a talk at the door', async () => {
    await talk(page, waiting(page).nth(0));
    await expect(page).toHaveURL(/\/visits$/);
    await expect(waiting(page)).toHaveCount(before - 1);
  });
  await test.step('a worry, and on with the round', async () => {
    await worry(page, waiting(page).filter({ hasText: worried }));
    await expect(page).toHaveURL(/\/visits$/);
  });

  await expect(waiting(page)).toHaveCount(before - 2);
  for (const name of [asked, worried]) {
    await expect(waiting(page).filter({ hasText: name })).toHaveCount(0);
    await expect(page.locator('section[aria-labelledby=seen]')).toContainText(name);
  }
  await expect(page.locator('main')).not.toContainText('胳膊');
  await sound(page);
  await shot(page, 'visit-after');

  await test.step('the list of whose role ends at the own town promises no other', async () => {
    await page.goto('/children');
    await expect(page.getByText('先看您负责的')).toHaveCount(0);
    await expect(page.getByRole('link', { name: '看全旗县' })).toHaveCount(0);
    await sound(page);
  });
});

test('the round goes on a phone without script @phone', async ({ banner, stranger }) => {
  const page = await stranger({ javaScriptEnabled: false });
  await signIn(page, banner.person('town_worker'));
  await expect(page).toHaveURL(/\/visits$/);
  const others = page.locator('section[aria-labelledby=others] .visits > li');
  const name = await nameOf(others.first());
  await go(page, others.first().getByRole('link', { name: /^记一次/ }));
  await page.locator('[name=with][value=guardian]').check();
  await page.locator('[name=way][value=phone]').check();
  await page.locator('[name=wish]').fill('想学骑车');
  await go(page, page.getByRole('button', { name: '存好' }));
  await expect(page).toHaveURL(/\/visits$/);
  await expect(page.locator('section[aria-labelledby=seen]')).toContainText(name);
});

test('the office sees the county by town, marks the gap, and fills it', async ({ banner, stranger, sound, hittable, shot }) => {
  const page = await stranger();
  await signIn(page, banner.person('coordinator'));
  await page.goto('/grid');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('处还没有人负责');
  await sound(page);
  await hittable(page);
  await shot(page, 'grid');
  const gap = page.locator('.town--gap').first();
  await expect(gap).toContainText('还没有人');
  const town = await gap.locator('h2').textContent();
  await go(page, gap.getByRole('link', { name: '添负责的人' }));
  await sound(page);
  await shot(page, 'grid-add');
  await page.locator('[name=duty]').selectOption('child_director');
  await page.locator('[name=name]').fill('示例阿古拉');
  await page.locator('[name=phone]').fill('19900000077');
  await go(page, page.getByRole('button', { name: '记下来' }));
  await expect(page.getByText('示例阿古拉').first()).toBeVisible();
  await sound(page);
  await hittable(page);
  await shot(page, 'grid-area');
  await page.goto('/grid');
  await expect(page.locator('.town', { hasText: town })).not.toHaveClass(/town--gap/);
});
