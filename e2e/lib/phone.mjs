// What the tests of phones without network share: phones that are packed, a stand-in for the way of their acts, notes.
import { Buffer } from 'node:buffer';
import { expect, signIn } from './test.mjs';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGPQqLDBgxhGpbEhAATCVfElDA2IAAAAAElFTkSuQmCC';

/**
 * Waits until the phone has this weekend in its store and its worker is at work. The open page may stay without
 * the worker, when it was on its way while the worker began; the next page is the worker's in any case.
 */
export async function packed(page) {
  await page.evaluate(async () => {
    await window.naheyaPhone.ready;
    const { active } = await navigator.serviceWorker.ready;
    if (active.state !== 'activated') await new Promise((done) => active.addEventListener('statechange', done, { once: true }));
  });
  // The gate's list is derived slowly on purpose, and slower still in a build for tests.
  await expect.poll(() => page.evaluate(() => window.naheyaPhone.refresh()), { timeout: 180_000 }).toBe(true);
}

/** The acts that a phone has kept, opened by the phone itself. */
export const kept = (page) =>
  page.evaluate(async () => {
    const key = await window.naheyaPhone.get('keys', 'queue');
    const acts = await window.naheyaPhone.unsent();
    return Promise.all(acts.map((act) => window.naheyaPhone.unseal(key, act)));
  });

/** A volunteer whose phone is packed, and asks for nothing more. */
export async function volunteer(banner, stranger) {
  const page = await stranger();
  await signIn(page, banner.person('volunteer'));
  await page.goto('/home');
  await packed(page);
  await page.waitForLoadState('networkidle');
  return page;
}

/** The gate's page without network, of a teacher whose phone is packed. */
export async function atTheGate(banner, stranger) {
  const page = await stranger();
  await signIn(page, banner.person('class_teacher'));
  await page.goto('/friday');
  await packed(page);
  await open(page, '/phone');
  return page;
}

export async function open(page, path) {
  await page.goto(path);
  await expect(page.locator('html[data-ready="1"]')).toHaveCount(1);
}

/**
 * A stand-in for the way of acts to the server, so that nothing reaches the banner's weekend: `window.way`. Nobody is there
 * until `there`; then `answer(acts, init)` says what becomes of them, by itself `done(acts)`. `add(kind, said)` is an act of
 * the first stay, `states(acts)` what the phone has of them.
 */
export async function standIn(page) {
  await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    const real = window.fetch;
    const { stay } = (await phone.bundle()).stays[0];
    const done = (acts) => new Response(JSON.stringify({ now: Date.now(), answers: acts.map((act) => ({ id: act.id, standing: 'done' })) }));
    const way = {
      there: false,
      done,
      answer: done,
      add: (kind, said) => phone.add(kind, stay, said || {}),
      states: async (acts) => (await Promise.all(acts.map((act) => phone.get('acts', act.id)))).map((act) => act.state),
    };
    window.way = way;
    window.fetch = async (url, init) => {
      if (url !== '/phone/acts') return real(url, init);
      if (!way.there) throw new TypeError('no network');
      return way.answer(JSON.parse(init.body).acts, init);
    };
  });
}

/** A volunteer's packed phone with a stand-in for the way of its acts. */
export async function onTheRoad(banner, stranger) {
  const page = await volunteer(banner, stranger);
  await standIn(page);
  return page;
}

/** Puts what the phone keeps under one name under another as well. */
export const copied = (page, from, to) =>
  page.evaluate(
    async ([from, to]) => {
      const p = window.naheyaPhone;
      await p.put('data', to, await p.get('data', from));
    },
    [from, to],
  );

/** The first stay that the phone took along. */
export const firstStay = (page) => page.evaluate(async () => (await window.naheyaPhone.bundle()).stays[0]);

/** On the page without network: the empty form of a note. */
export async function turn(page, stay) {
  await page.evaluate((stay) => {
    document.querySelector('[data-view]').textContent = '';
    location.hash = `note-${stay}`;
  }, stay);
  await expect(page.locator('form.read')).toHaveCount(1);
}

/** Begins a note there, until what is typed is kept. */
export async function begin(page, stay, words) {
  await turn(page, stay);
  await page.locator('[name=words]').fill(words);
  const begun = () =>
    page.evaluate(async (stay) => {
      const phone = window.naheyaPhone;
      const draft = await phone.get('meta', `draft ${phone.owner()} ${stay}`);
      return draft ? (await phone.unseal(await phone.get('keys', 'queue'), draft)).words : '';
    }, stay);
  await expect.poll(begun).toBe(words);
}

export const png = (name) => ({ name, mimeType: 'image/png', buffer: Buffer.from(PNG, 'base64') });

/** Six digits that are no code of this list: of another school's, when `others`. */
export const strange = (page, others, not = '') =>
  page.evaluate(
    async ({ others, not }) => {
      const p = window.naheyaPhone;
      const list = await p.bundle();
      for (let n = 100000; n < 999999; n += 7) {
        const both = new Uint8Array([...p.from64(list.salt), ...p.bytes(String(n))]);
        const hash = new Uint8Array(await p.subtle.digest('SHA-256', both));
        if (list.others.includes((hash[0] << 4) | (hash[1] >> 4)) === others && String(n) !== not) return String(n);
      }
      return null;
    },
    { others, not },
  );
