// Signing out of a phone, with network, without, and on a way that is lost: what is kept stays for its account, and nothing
// readable stays for anybody.
import { open, packed, volunteer } from '../lib/phone.mjs';
import { startRelay } from '../lib/relay.mjs';
import { expect, signIn } from '../lib/test.mjs';
import { test } from '../lib/weekend.mjs';

test.use({ story: 'phone queue' });
test.describe.configure({ timeout: 480_000 });

const leave = (page) => page.locator('form[action="/sign-out"] button').first().click();

/** A class teacher kept an act on the way `way` and signed out, both without network. */
async function leftBehind(page, way, person) {
  await signIn(page, person);
  await page.goto('/me');
  await packed(page);
  await way.cut(page.context());
  await page.evaluate(() => window.naheyaPhone.add('stranger', null, {}));
  await Promise.all([page.waitForURL(/\/phone$/, { timeout: 60_000 }), leave(page)]);
  await expect(page.locator('html[data-ready="1"]')).toHaveCount(1);
}

/** Signs in again and waits until the act is with the server. */
async function sentAtLast(page, person) {
  await page.waitForURL(/\/sign-in/, { timeout: 90_000 });
  await signIn(page, person);
  await page.goto('/friday');
  const states = () =>
    page.evaluate(async () => {
      const phone = window.naheyaPhone;
      await phone.refresh();
      await phone.send();
      return (await phone.owned()).map((act) => act.state);
    });
  await expect.poll(states, { timeout: 120_000 }).toEqual(['sent']);
}

test('a sign-out without network is made good by the page that is open, and what is kept waits for its account @phone', async ({ banner, stranger }) => {
  const way = await startRelay(banner.origin);
  const page = await stranger({ baseURL: way.origin });
  await leftBehind(page, way, banner.person('class_teacher'));
  // The way comes back haltingly: the first word is lost.
  let lost = 0;
  await page.context().route('**/healthz', (route) => (lost++ < 1 ? route.abort() : route.continue()));
  await way.mend(page.context());
  await sentAtLast(page, banner.person('class_teacher'));
  expect(lost).toBeGreaterThan(1);
  await way.stop();
});

test('a sign-out without network is made good by the next page, and what is kept waits for its account @phone', async ({ banner, stranger }) => {
  const way = await startRelay(banner.origin);
  const page = await stranger({ baseURL: way.origin });
  const context = page.context();
  await leftBehind(page, way, banner.person('class_teacher'));
  await page.close();
  let held = 0;
  await context.route('**/phone/acts', (route) => (held++, route.abort()));
  await way.mend(context);
  const next = await context.newPage();
  await next.goto('/friday');
  await next.waitForURL(/\/sign-in/, { timeout: 90_000 });
  expect(held).toBeGreaterThan(0);
  await context.unroute('**/phone/acts');
  await sentAtLast(next, banner.person('class_teacher'));
  await way.stop();
});

/** A class teacher has left an act on a phone; before any page made her sign-out good, somebody of `role` signs in on it. */
async function onTheSamePhone(banner, stranger, role) {
  const way = await startRelay(banner.origin);
  const page = await stranger({ baseURL: way.origin });
  const context = page.context();
  await leftBehind(page, way, banner.person('class_teacher'));
  await page.close();
  await way.mend(context);
  const next = await context.newPage();
  await context.clearCookies();
  await signIn(next, banner.person(role));
  return { way, next };
}

test('whoever signs in after a sign-out without network is not signed out for it @phone', async ({ banner, stranger }) => {
  const { way, next } = await onTheSamePhone(banner, stranger, 'volunteer');
  await next.goto('/home');
  await expect.poll(() => next.evaluate(() => window.naheyaPhone.get('meta', 'leaving'))).toBe(undefined);
  await next.goto('/home');
  await expect(next).toHaveURL(/\/home$/);
  await way.stop();
});

test('whoever of the office signs out on a phone leaves the acts of others on it @phone', async ({ banner, stranger }) => {
  const { way, next } = await onTheSamePhone(banner, stranger, 'coordinator');
  await next.goto('/me');
  await Promise.all([next.waitForURL(/\/sign-in/), leave(next)]);
  await sentAtLast(next, banner.person('class_teacher'));
  await way.stop();
});

test('a sign-out that is lost on its way is made good by the next page @phone', async ({ banner, stranger }) => {
  const page = await volunteer(banner, stranger);
  const context = page.context();
  await page.goto('/me');
  await context.route('**/sign-out', (route) => route.abort());
  await Promise.all([page.waitForEvent('requestfailed', (request) => request.url().endsWith('/sign-out')), leave(page)]);
  await page.close();
  await context.unroute('**/sign-out');
  const next = await context.newPage();
  await next.goto('/home');
  await next.waitForURL(/\/sign-in/);
});

test('a page that closes while it signs out leaves nothing to be read @phone', async ({ banner, stranger }) => {
  const way = await startRelay(banner.origin);
  const page = await volunteer(banner, () => stranger({ baseURL: way.origin }));
  // As far as it came: marked, and nothing gone yet.
  await page.evaluate(() => window.naheyaPhone.put('meta', 'leaving', { session: document.body.dataset.session }));
  await way.cut(page.context());
  await open(page, '/phone');
  const left = await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    return [await phone.bundle(), await phone.get('keys', 'local'), await phone.get('keys', 'queue')].map(Boolean);
  });
  expect(left).toEqual([false, false, false]);
  await way.stop();
});

test('whoever signs in while a sign-out is made good keeps what is hers @phone', async ({ stranger }) => {
  const page = await stranger();
  await open(page, '/phone');
  await page.evaluate(() => window.naheyaPhone.put('meta', 'leaving', { session: 'of who left' }));
  await page.route('**/me', async (route) => {
    await page.evaluate(async () => {
      await window.naheyaPhone.put('meta', 'owner', { owner: 'somebody else', session: 'hers' });
      await window.naheyaPhone.put('keys', 'queue', 'hers');
    });
    await route.continue();
  });
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await page.waitForURL(/\/sign-in/);
  await open(page, '/phone');
  expect(await page.evaluate(() => window.naheyaPhone.get('keys', 'queue'))).toBe('hers');
});

test('a page whose session ended while it was on its way is left for the sign-in @phone', async ({ banner, stranger }) => {
  const page = await stranger();
  const context = page.context();
  // A list that came along with the sign-in would not be asked for again so soon.
  await context.route('**/phone/bundle', (route) => route.abort());
  await signIn(page, banner.person('class_teacher'));
  await page.close();
  await context.unroute('**/phone/bundle');
  await context.route('**/phone/bundle', async (route) => {
    await context.clearCookies();
    await route.continue();
  });
  const late = await context.newPage();
  await late.goto('/friday', { waitUntil: 'commit' });
  await late.waitForURL(/\/sign-in/);
});
