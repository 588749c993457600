// A weekend on phones without network: the code is shown and proved offline, the child is let go, fetched,
// written about and brought back; then the phones come back online and the server holds each act once,
// whatever the order and however often. On a demo of its own, because its clock moves.
import { startRelay } from '../lib/relay.mjs';
import { expect, signIn } from '../lib/test.mjs';
import { clock, later, nextVisit, send, test } from '../lib/weekend.mjs';

test.use({ story: 'phone' });
test.describe.configure({ timeout: 480_000 });

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGPQqLDBgxhGpbEhAATCVfElDA2IAAAAAElFTkSuQmCC';

/** The instant of a moment of Asia/Shanghai. */
const instant = (at) => new Date(`${at}:00+08:00`);

/**
 * Waits until the phone has this weekend in its store and its worker is at work. The open page may stay without
 * the worker, when it was on its way while the worker began; the next page is the worker's in any case.
 */
async function packed(page) {
  await page.evaluate(async () => {
    await window.naheyaPhone.ready;
    const { active } = await navigator.serviceWorker.ready;
    if (active.state !== 'activated') await new Promise((done) => active.addEventListener('statechange', done, { once: true }));
  });
  // The gate's list is derived slowly on purpose, and slower still in a build for tests.
  await expect.poll(() => page.evaluate(() => window.naheyaPhone.refresh()), { timeout: 180_000 }).toBe(true);
}

async function cold(context, page, path) {
  await page.close();
  const fresh = await context.newPage();
  await fresh.goto(path);
  await expect(fresh.locator('html[data-ready="1"]')).toHaveCount(1);
  return fresh;
}

/** The acts that a phone has kept, opened by the phone itself. */
const kept = (page) =>
  page.evaluate(async () => {
    const key = await window.naheyaPhone.get('keys', 'queue');
    const acts = await window.naheyaPhone.unsent();
    return Promise.all(acts.map((act) => window.naheyaPhone.unseal(key, act)));
  });

const deliver = (page, acts) =>
  page.evaluate(async (acts) => {
    const body = JSON.stringify({ device: '00000000-0000-4000-8000-000000000007', sent: Date.now(), acts });
    const answer = await fetch('/phone/acts', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    return (await answer.json()).answers.map((a) => `${a.standing}${a.again ? ' again' : ''}`);
  }, acts);

test('an act that the server cannot read holds up no other @phone', async ({ banner, stranger }) => {
  const page = await stranger();
  await signIn(page, banner.person('volunteer'));
  await page.goto('/home');
  await packed(page);
  const states = await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    const real = window.fetch;
    let there = false;
    const answer = (acts) => {
      if (!there) return Promise.reject(new TypeError('no network'));
      if (acts.some((act) => act.words === 'unreadable')) return new Response('{"title":"?"}', { status: 400 });
      return new Response(JSON.stringify({ answers: acts.map((act) => ({ id: act.id, standing: 'done' })) }));
    };
    window.fetch = async (url, init) => (url === '/phone/acts' ? answer(JSON.parse(init.body).acts) : real(url, init));
    const { stay } = (await phone.bundle()).stays[0];
    const ids = [];
    for (const [kind, said] of [['pick_up', {}], ['note', { words: 'unreadable', kinds: [], pictures: [] }], ['arrival', {}]]) {
      ids.push((await phone.add(kind, stay, said)).id);
    }
    await phone.send();
    there = true;
    await phone.send();
    const acts = await Promise.all(ids.map((id) => phone.get('acts', id)));
    await Promise.all(ids.map((id) => phone.drop('acts', id)));
    return acts.map((act) => act.state);
  });
  expect(states).toEqual(['sent', 'look', 'sent']);
});

test('an act that opens for nobody holds up no other @phone', async ({ banner, stranger }) => {
  const page = await stranger();
  await signIn(page, banner.person('volunteer'));
  await page.goto('/home');
  await packed(page);
  const states = await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    const real = window.fetch;
    let there = false;
    const answer = (acts) => {
      if (!there) return Promise.reject(new TypeError('no network'));
      return new Response(JSON.stringify({ now: Date.now(), answers: acts.map((act) => ({ id: act.id, standing: 'done' })) }));
    };
    window.fetch = async (url, init) => (url === '/phone/acts' ? answer(JSON.parse(init.body).acts) : real(url, init));
    const { stay } = (await phone.bundle()).stays[0];
    const first = await phone.add('pick_up', stay, {});
    await phone.send();
    // As a page from before somebody else signed in once left it.
    const foreign = await phone.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    await phone.put('acts', first.id, Object.assign(await phone.get('acts', first.id), await phone.seal(foreign, first)));
    const second = await phone.add('arrival', stay, {});
    await phone.send();
    there = true;
    await phone.send();
    const acts = await Promise.all([first, second].map((act) => phone.get('acts', act.id)));
    await Promise.all([first, second].map((act) => phone.drop('acts', act.id)));
    return acts.map((act) => act.state);
  });
  expect(states).toEqual(['look', 'sent']);
});

test('an act does not wait for minutes after a try that was under way when the network came back @phone', async ({ banner, stranger }) => {
  const page = await stranger();
  await signIn(page, banner.person('volunteer'));
  await page.goto('/home');
  await packed(page);
  const id = await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    const real = window.fetch;
    let answer = () => Promise.reject(new TypeError('no network'));
    window.fetch = async (url, init) => (url === '/phone/acts' ? answer(JSON.parse(init.body).acts) : real(url, init));
    const { id } = await phone.add('pick_up', (await phone.bundle()).stays[0].stay, {});
    // Each try in vain doubles the wait: after eight it is five minutes.
    for (let n = 0; n < 8; n += 1) await phone.send();
    let fail;
    const begun = new Promise((done) => {
      answer = () => new Promise((_, no) => { fail = no; done(); });
    });
    const last = (async () => { while (!fail) await phone.send(); })();
    await begun;
    window.dispatchEvent(new Event('online'));
    answer = (acts) => new Response(JSON.stringify({ now: Date.now(), answers: acts.map((act) => ({ id: act.id, standing: 'done' })) }));
    fail(new TypeError('no network'));
    await last;
    return id;
  });
  await expect.poll(() => page.evaluate(async (id) => (await window.naheyaPhone.get('acts', id)).state, id), { timeout: 60_000 }).toBe('sent');
});

test('a note written without network is not written over by what was begun, and waits for its pictures @phone', async ({ banner, stranger }) => {
  const page = await stranger();
  await signIn(page, banner.person('volunteer'));
  await page.goto('/home');
  await packed(page);
  // Nobody is signed in: what is kept stays on the phone.
  await page.context().clearCookies();
  await page.goto('/phone');
  await expect(page.locator('html[data-ready="1"]')).toHaveCount(1);
  await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    const { stay } = (await phone.bundle()).stays[0];
    await phone.put('data', 'draft', await phone.seal(await phone.local(), { stay, words: '早先写的' }));
    const [get, squeeze] = [phone.get, phone.squeeze];
    const read = new Promise((done) => { window.readDraft = done; });
    const small = new Promise((done) => { window.makeSmall = done; });
    phone.squeeze = (file) => small.then(() => squeeze(file));
    const asked = new Promise((done) => {
      phone.get = (store, key) => {
        if (key !== 'draft') return get(store, key);
        done();
        return read.then(() => get(store, key));
      };
    });
    location.hash = `note-${stay}`;
    await asked;
  });
  const words = page.locator('[name=words]');
  await expect(words).toHaveCount(0);
  await page.evaluate(() => window.readDraft());
  await expect(words).toHaveValue('早先写的');
  await words.fill('一起看了羊。');
  await page.locator('[name=worried][value=no]').check();
  const file = (name) => ({ name, mimeType: 'image/png', buffer: Buffer.from(PNG, 'base64') });
  await page.locator('[name=pictures]').setInputFiles([file('一.png'), file('二.png')]);
  await page.locator('form.read button').click();
  expect(await page.evaluate(async () => (await window.naheyaPhone.unsent()).length)).toBe(0);
  await page.evaluate(() => window.makeSmall());
  await expect(page.locator('[data-acts]')).toContainText('周末记录');
  const acts = await kept(page);
  expect(acts.map((act) => [act.words, act.pictures.length])).toEqual([['一起看了羊。', 2]]);
});

test('what waits for a sign-in says so @phone', async ({ banner, stranger }) => {
  const page = await stranger();
  await signIn(page, banner.person('volunteer'));
  await page.goto('/home');
  await packed(page);
  await page.context().clearCookies();
  await page.goto('/phone');
  await expect(page.locator('html[data-ready="1"]')).toHaveCount(1);
  await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    await phone.add('pick_up', (await phone.bundle()).stays[0].stay, {});
  });
  await expect(page.locator('[data-state]')).toContainText('登录以后才传得出去');
  await expect(page.locator('[data-state] a')).toHaveText('去登录');
});

test('a weekend without network @phone: code, release, pick-up, note, return, and everything once', async ({ banner, stranger, browser, contextOptions, sound, shot }) => {
  const enter = async (role) => {
    const page = await stranger();
    await signIn(page, banner.person(role));
    return page;
  };
  const { stay, starts, ends } = await nextVisit(await enter('volunteer'));
  await clock(await stranger(), later(starts, -20));

  const id = stay.split('/').pop();
  const ways = { hers: await startRelay(banner.origin), gate: await startRelay(banner.origin) };
  const context = (way) => browser.newContext({ ...contextOptions, baseURL: way.origin });
  const phones = { hers: await context(ways.hers), gate: await context(ways.gate) };
  const lose = (which) => ways[which].cut(phones[which]);
  const regain = (which) => ways[which].mend(phones[which]);
  const fetched = later(starts, -20);
  let phone = await phones.hers.newPage();
  let gate = await phones.gate.newPage();
  await signIn(phone, banner.person('volunteer'));
  await signIn(gate, banner.person('class_teacher'));
  await phones.hers.clock.setFixedTime(instant(fetched));
  await phones.gate.clock.setFixedTime(instant(fetched));
  await phone.goto('/home');
  await gate.goto('/friday');
  await packed(phone);
  await packed(gate);
  await lose('hers');
  await lose('gate');

  let digits;
  await test.step('her phone shows the code from a cold page without network', async () => {
    phone = await cold(phones.hers, phone, '/home');
    digits = (await phone.locator('.code b').allTextContents()).join('');
    expect(digits).toMatch(/^\d{6}$/);
    await expect(phone.locator('svg.qr')).toBeVisible();
    await sound(phone);
    await shot(phone, 'offline-home');
  });

  await test.step('the gate refuses wrong, foreign and late codes, and shows the card for the right one', async () => {
    gate = await cold(phones.gate, gate, '/friday');
    const list = await gate.evaluate(() => window.naheyaPhone.bundle());
    expect(JSON.stringify(list)).not.toContain(digits);
    const type = async (code) => {
      await gate.locator('#code').fill('');
      await gate.locator('#code').pressSequentially(code);
    };
    const of = (others) => gate.evaluate(async ({ others, digits }) => {
      const p = window.naheyaPhone;
      const list = await p.bundle();
      for (let n = 100000; n < 999999; n += 7) {
        const both = new Uint8Array([...p.from64(list.salt), ...p.bytes(String(n))]);
        const hash = new Uint8Array(await p.subtle.digest('SHA-256', both));
        if (list.others.includes((hash[0] << 4) | (hash[1] >> 4)) === others && String(n) !== digits) return String(n);
      }
      return null;
    }, { others, digits });
    // The button is tapped while the six digits are being looked at: that is one try.
    await gate.evaluate((code) => {
      const { subtle } = window.naheyaPhone;
      window.derived = 0;
      const deriveBits = (...given) => { window.derived += 1; return subtle.deriveBits(...given); };
      window.naheyaPhone.subtle = new Proxy(subtle, { get: (all, name) => (name === 'deriveBits' ? deriveBits : all[name].bind(all)) });
      const box = document.querySelector('#code');
      box.value = code;
      box.dispatchEvent(new Event('input'));
      document.querySelector('[data-s=check]').click();
    }, await of(false));
    await expect(gate.locator('.codebox .esum')).toContainText('没有这个码');
    expect(await gate.evaluate(() => window.derived)).toBe(1);
    const foreign = await of(true);
    if (foreign) {
      await type(foreign);
      await expect(gate.locator('.codebox .esum')).toContainText('别的学校');
    }
    await phones.gate.clock.setFixedTime(instant(later(starts, 24 * 60)));
    await type(digits);
    await expect(gate.locator('.codebox .esum')).toContainText('时间已经过了');
    await shot(gate, 'offline-friday');
    await sound(gate);
    await phones.gate.clock.setFixedTime(instant(fetched));
    gate = await cold(phones.gate, gate, '/friday');
    const before = performance.now();
    await type(digits);
    await expect(gate.locator('.passing h1')).toBeVisible();
    const took = await gate.locator('html').getAttribute('data-took');
    console.log(`card after the sixth digit: ${took} ms in the page, ${Math.round(performance.now() - before)} ms with typing`);
    await sound(gate);
    await shot(gate, 'offline-card');
    await gate.getByRole('button', { name: '交给这个人' }).click();
    await expect(gate.locator('[data-acts]')).toContainText('存着');
    await type(digits);
    await expect(gate.locator('.codebox .esum')).toContainText('已经用过');
  });

  await test.step('she fetches the child, writes with two pictures, brings it back', async () => {
    await phones.hers.clock.setFixedTime(instant(later(starts, 5)));
    phone = await cold(phones.hers, phone, '/home');
    const as = (from, to) => phone.evaluate(async ([from, to]) => { const p = window.naheyaPhone; await p.put('data', to, await p.get('data', from)); }, [from, to]);
    await as('bundle', 'before');
    await phone.getByRole('button', { name: '我接到孩子了' }).click();
    await phone.getByRole('button', { name: '我们到家了' }).click();
    await expect(phone.locator('[data-acts] li')).toHaveCount(2);
    // As if the page had closed after the act was kept and before the weekend was: the acts alone tell what comes next.
    await as('before', 'bundle');
    await phones.hers.clock.setFixedTime(instant(later(starts, 20 * 60)));
    await phone.goto(`${stay}/note`);
    await phone.locator('[name=words]').fill('她教我家小的画马，作业写完了。');
    await phone.locator('[name=kinds]').first().check();
    await phone.locator('[name=worried][value=no]').check();
    if (await phone.locator('[name=pictures]').isVisible()) {
      const file = (name) => ({ name, mimeType: 'image/png', buffer: Buffer.from(PNG, 'base64') });
      await phone.locator('[name=pictures]').setInputFiles([file('一.png'), file('二.png')]);
      await expect(phone.locator('[data-s=chosen]')).toContainText('2');
    }
    await sound(phone);
    await shot(phone, 'offline-note');
    await phone.locator('form.read button').click();
    await expect(phone.locator('[data-acts]')).toContainText('周末记录');
    await phones.hers.clock.setFixedTime(instant(later(ends, -30)));
    phone = await cold(phones.hers, phone, '/home');
    await phone.getByRole('button', { name: '我们出发回学校了' }).click();
    await phone.getByRole('button', { name: '送回学校了' }).click();
    await expect(phone.locator('[data-acts] li')).toHaveCount(5);
    await shot(phone, 'offline-queue');
  });

  await test.step('back online: in reverse, twice, and by the phone itself, each act stands once', async () => {
    await clock(await stranger(), later(ends, -25));
    const acts = await kept(phone);
    expect(acts.map((act) => act.kind)).toEqual(['pick_up', 'arrival', 'note', 'leaving', 'return']);
    await regain('hers');
    await phones.hers.clock.setFixedTime(instant(later(ends, -25)));
    await phones.gate.clock.setFixedTime(instant(later(ends, -25)));
    // The phone has begun to send by itself: what it was quicker with is told again.
    for (const standing of await deliver(phone, [...acts].reverse())) expect(standing).toMatch(/^kept( again)?$/);
    expect(await deliver(phone, acts)).toEqual(Array(5).fill('kept again'));
    await regain('gate');
    // A try from before the way was there may still be failing.
    await expect.poll(() => gate.evaluate(() => window.naheyaPhone.send())).toBe(true);
    await expect(gate.locator('[data-acts]')).toContainText('传到了');
    expect(await deliver(phone, acts)).toEqual(Array(5).fill('done again'));
    await expect.poll(() => phone.evaluate(() => window.naheyaPhone.send())).toBe(true);
    await expect.poll(() => kept(phone)).toEqual([]);
    await phone.goto('/notes');
    await expect(phone.getByText('她教我家小的画马')).toHaveCount(1);
    const office = await enter('coordinator');
    await office.goto(stay);
    await expect(office.locator('main')).toContainText(starts.slice(11, 13));
    const board = await gate.goto('/sunday');
    expect(board.ok()).toBe(true);
    await send(gate, `${stay}/return`);
    await office.goto(stay);
    await expect(office.getByText('回来了').first()).toBeVisible();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  await test.step('three days after the end nothing readable is left, though the clock goes back', async () => {
    await lose('hers');
    await phones.hers.clock.setFixedTime(instant(later(ends, 73 * 60)));
    phone = await cold(phones.hers, phone, '/home');
    await expect(phone.locator('h1')).toContainText('没有这个周末');
    await phones.hers.clock.setFixedTime(instant(later(ends, -30)));
    phone = await cold(phones.hers, phone, '/home');
    await expect(phone.locator('h1')).toContainText('没有这个周末');
    await regain('hers');
  });

  await test.step('another account on her phone finds nothing', async () => {
    await phone.goto('/me');
    await Promise.all([phone.waitForURL(/sign-in|\/$/), phone.locator('form[action="/sign-out"] button').first().click()]);
    const left = await phone.evaluate(async () => {
      const held = new Promise((done, fail) => {
        const ask = indexedDB.open('naheya');
        ask.onerror = ask.onblocked = () => fail(new Error('the store cannot be opened'));
        ask.onsuccess = () => done(ask.result);
      });
      const store = await held;
      if (!store.objectStoreNames.contains('keys')) return [];
      return new Promise((done) => {
        const got = store.transaction('keys').objectStore('keys').getAllKeys();
        got.onsuccess = () => done(got.result);
      });
    });
    expect(left).toEqual([]);
  });
  await Promise.all([phones.hers.close(), phones.gate.close()]);
  await Promise.all([ways.hers.stop(), ways.gate.stop()]);
});

/** A class teacher kept an act on the way `way` and signed out, both without network. */
async function leftBehind(page, way, person) {
  await signIn(page, person);
  await page.goto('/me');
  await packed(page);
  await way.cut(page.context());
  await page.evaluate(() => window.naheyaPhone.add('stranger', null, {}));
  await Promise.all([page.waitForURL(/\/phone$/, { timeout: 60_000 }), page.locator('form[action="/sign-out"] button').first().click()]);
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

test('whoever signs in after a sign-out without network is not signed out for it @phone', async ({ banner, stranger }) => {
  const way = await startRelay(banner.origin);
  const page = await stranger({ baseURL: way.origin });
  const context = page.context();
  await leftBehind(page, way, banner.person('class_teacher'));
  await page.close();
  await way.mend(context);
  // She signs in before any page has made the sign-out good.
  const next = await context.newPage();
  await next.route('**/phone*.js*', (route) => route.abort());
  await context.clearCookies();
  await signIn(next, banner.person('volunteer'));
  await next.unroute('**/phone*.js*');
  await next.goto('/home');
  await expect.poll(() => next.evaluate(() => window.naheyaPhone.get('meta', 'leaving'))).toBe(undefined);
  await next.goto('/home');
  await expect(next).toHaveURL(/\/home$/);
  await way.stop();
});

test('a page whose session ended while it was on its way is left for the sign-in @phone', async ({ banner, stranger }) => {
  const page = await stranger();
  await signIn(page, banner.person('class_teacher'));
  const context = page.context();
  await page.close();
  await context.route('**/phone/bundle', async (route) => {
    await context.clearCookies();
    await route.continue();
  });
  const late = await context.newPage();
  await late.goto('/friday', { waitUntil: 'commit' });
  await late.waitForURL(/\/sign-in/);
});
