// What the tests that play a weekend share: a demo of their own, because its clock moves, its clock, and forms.
import { startBanner } from './banner.mjs';
import { go } from './go.mjs';
import { test as base, expect } from './test.mjs';

/**
 * A test whose banner no other file's tests have touched, because its clock moves. Each file names its `story`: another
 * story is another worker, and with it another banner.
 */
export const test = base.extend({
  story: ['', { scope: 'worker', option: true }],

  banner: [
    async ({ story }, use) => {
      if (!story) throw new Error('a test that moves the clock names its story -> test.use({ story: … })');
      const banner = await startBanner();
      await use(banner);
      await banner.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

/** Presses the button (the one called `name`, or the first) of the form that posts to `action`, and waits for the next page. */
export async function press(page, action, name) {
  const form = page.locator(`form[action="${action}"]`).first();
  const button = name ? form.getByRole('button', { name }) : form.locator('button').first();
  await go(page, button);
}

/** As `press`, and the answer has nothing to mend. */
export async function send(page, action, name) {
  await press(page, action, name);
  await expect(page.locator('.esum')).toHaveCount(0);
}

/** Puts the demo's clock forward to a moment of Asia/Shanghai, `2026-11-27T16:40`; its strip opens without script too. */
export async function clock(page, at) {
  await page.goto('/');
  await page.locator('.ahead summary').click();
  await page.locator('#demo-at').fill(at);
  await go(page, page.locator('.ahead button[value=at]'));
  await expect(page.locator('[data-toast]').first()).toBeVisible();
}

/** A moment some minutes later than `2026-11-27T17:30`. */
export function later(at, minutes) {
  return new Date(Date.parse(`${at}:00Z`) + minutes * 60_000).toISOString().slice(0, 16);
}

/** `11月27日 周五 17:00` of this or the next year as `2026-11-27T17:00`. */
export function moment(words) {
  const [, month, day, time] = words.match(/(\d+)月(\d+)日 \S+ (\d\d:\d\d)/);
  const two = (n) => String(n).padStart(2, '0');
  const now = new Date(Date.now() + 8 * 3_600_000);
  const year = now.getUTCFullYear() + (Number(month) < now.getUTCMonth() + 1 ? 1 : 0);
  return `${year}-${two(month)}-${two(day)}T${time}`;
}

/** The volunteer's next weekend as her home page has it: where it is found, when it starts and ends. */
export async function nextVisit(page) {
  await page.goto('/home');
  const visit = page.locator('.visit').first();
  const form = visit.locator('form[action$="/cancellation"]');
  const stay = (await form.getAttribute('action')).replace(/\/cancellation$/, '');
  const starts = moment(await visit.locator('p.k').first().textContent());
  const ends = moment(await visit.locator('h2').textContent());
  return { stay, starts, ends };
}
