// The running round of the demo: slips by keyboard, worked out, confirmed; every page sound.
import { goByKey } from '../lib/go.mjs';
import { test, expect } from '../lib/test.mjs';

async function openRound(page) {
  await page.goto('/rounds');
  await page.locator('table a').first().click();
  await expect(page).toHaveURL(/\/rounds\/[0-9a-f-]+$/);
  return new URL(page.url()).pathname;
}

test('every page of a round is sound', async ({ as, sound, shot }) => {
  const page = await as('coordinator');
  await page.goto('/rounds');
  await sound(page);
  const round = await openRound(page);
  await sound(page);
  await shot(page, 'round');
  for (const path of [`${round}/people`, `${round}/cards`, `${round}/wishes?side=child`, `${round}/trials`, `${round}/places`, `${round}/pair-cards`, '/rounds/new', '/pairs']) {
    await page.goto(path);
    await sound(page);
  }
  await page.goto(`${round}/wishes?side=child`);
  await shot(page, 'round-wishes');
  await page.getByRole('link', { name: '候选' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/家都?合适/);
  await sound(page);
  await shot(page, 'candidates');
});

test('a slip is typed with number and Enter alone, and the round is worked out', async ({ as, sound, shot }) => {
  const page = await as('coordinator');
  const round = await openRound(page);
  for (let typed = 0; typed < 30; typed += 1) {
    await page.goto(`${round}/wishes?side=child`);
    const heading = await page.getByRole('heading', { level: 1 }).textContent();
    if (/还有 0 张/.test(heading)) break;
    await expect(page.locator('[name=wish]').first()).toBeFocused();
    const count = await page.locator('[name=wish]').count();
    for (let line = 0; line < count; line += 1) {
      await page.keyboard.type(String(((typed + line) % 20) + 1));
      await page.keyboard.press('Enter');
    }
    await goByKey(page, 'Enter');
    await expect(page.locator('.toast, [data-toast]').first()).toBeVisible();
  }
  await page.goto(round);
  await page.locator(`form[action="${round}/runs"] [name=seed]`).fill('417');
  await page.locator(`form[action="${round}/runs"] button`).click();
  await expect(page).toHaveURL(/\/results$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('能配上');
  await page.getByText('抽签的数', { exact: true }).click();
  await expect(page.getByText('种子 417')).toBeVisible();
  await sound(page);
  await shot(page, 'pairing');
  // Homes have not all written: the confirmation says why it does not wait.
  await page.locator('#early [name=reason]').fill('还有几家出远门，先不等');
  await page.locator('.pair .do button').first().click();
  await expect(page.locator('.pair .tag').first()).toBeVisible();
  await sound(page);
});

test('a round’s day and note are changed, and its page says so @desktop', async ({ as, sound, hittable, shot }) => {
  const page = await as('coordinator');
  const round = await openRound(page);
  await page.getByRole('link', { name: /改/ }).first().click();
  await expect(page).toHaveURL(new RegExp(`${round}/details$`));
  await sound(page);
  await hittable(page);
  await shot(page, 'round-details');
  const kept = await page.locator('[name=name]').inputValue();
  await page.locator('[name=name]').fill('');
  await page.locator(`form[action="${round}/details"] button`).click();
  await expect(page.locator('.esum')).toBeVisible();
  await shot(page, 'round-details-fault');
  await page.locator('[name=name]').fill(`${kept} 改期`);
  await page.locator('[name=note]').fill('下大雪，改到下一周');
  await page.locator(`form[action="${round}/details"] button`).click();
  await expect(page).toHaveURL(new RegExp(`${round}$`));
  await expect(page.locator('main')).toContainText('改期');
  await expect(page.locator('main')).toContainText('改到下一周');
  await sound(page);
  await shot(page, 'round-changed');
});
