// A weekend on phones without network: the code is shown and proved offline, the child is let go, fetched,
// written about and brought back; then the phones come back online and the server holds each act once,
// whatever the order and however often. On a demo of its own, because its clock moves.
import { startRelay } from '../lib/relay.mjs';
import { expect, signIn } from '../lib/test.mjs';
import { clock, later, nextVisit, send, test } from '../lib/weekend.mjs';

test.use({ story: 'phone', actionTimeout: 15_000, navigationTimeout: 30_000 });

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
  await expect.poll(() => page.evaluate(() => window.naheyaPhone.refresh()), { timeout: 90_000 }).toBe(true);
}

async function cold(context, page, path) {
  await page.close();
  const fresh = await context.newPage();
  await open(fresh, path);
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

/** A volunteer whose phone is packed, and asks for nothing more. */
async function volunteer(banner, stranger) {
  const page = await stranger();
  await signIn(page, banner.person('volunteer'));
  await page.goto('/home');
  await packed(page);
  await page.waitForLoadState('networkidle');
  return page;
}

/** The gate's page without network, of a teacher whose phone is packed. */
async function atTheGate(banner, stranger) {
  test.setTimeout(240_000);
  const page = await stranger();
  await signIn(page, banner.person('class_teacher'));
  await page.goto('/friday');
  await packed(page);
  await open(page, '/phone');
  return page;
}

async function open(page, path) {
  await page.goto(path);
  await expect(page.locator('html[data-ready="1"]')).toHaveCount(1);
}

/**
 * A stand-in for the way of acts to the server, so that nothing reaches the banner's weekend: `window.way`. Nobody is there
 * until `there`; then `answer(acts, init)` says what becomes of them, by itself `done(acts)`. `add(kind, said)` is an act of
 * the first stay, `states(acts)` what the phone has of them.
 */
async function standIn(page) {
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
async function onTheRoad(banner, stranger) {
  const page = await volunteer(banner, stranger);
  await standIn(page);
  return page;
}

/** Puts what the phone keeps under one name under another as well. */
const copied = (page, from, to) =>
  page.evaluate(
    async ([from, to]) => {
      const p = window.naheyaPhone;
      await p.put('data', to, await p.get('data', from));
    },
    [from, to],
  );

/** The first stay that the phone took along. */
const firstStay = (page) => page.evaluate(async () => (await window.naheyaPhone.bundle()).stays[0]);

/** On the page without network: the empty form of a note. */
async function turn(page, stay) {
  await page.evaluate((stay) => {
    document.querySelector('[data-view]').textContent = '';
    location.hash = `note-${stay}`;
  }, stay);
  await expect(page.locator('form.read')).toHaveCount(1);
}

/** Begins a note there, until what is typed is kept. */
async function begin(page, stay, words) {
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

const png = (name) => ({ name, mimeType: 'image/png', buffer: Buffer.from(PNG, 'base64') });

/** Six digits that are no code of this list: of another school's, when `others`. */
const strange = (page, others, not = '') =>
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

test('an act that the server cannot read holds up no other @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  const states = await page.evaluate(async () => {
    const { way } = window;
    const acts = [await way.add('pick_up'), await way.add('note', { words: 'unreadable', kinds: [], pictures: [] }), await way.add('arrival')];
    await window.naheyaPhone.send();
    way.answer = (acts) => (acts.some((act) => act.words === 'unreadable') ? new Response('{"title":"?"}', { status: 400 }) : way.done(acts));
    way.there = true;
    await window.naheyaPhone.send();
    return way.states(acts);
  });
  expect(states).toEqual(['sent', 'look', 'sent']);
});

test('an act that opens for nobody holds up no other @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  const states = await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    const { way } = window;
    const first = await way.add('pick_up');
    await phone.send();
    // As a page from before somebody else signed in once left it.
    const foreign = await phone.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    await phone.put('acts', first.id, Object.assign(await phone.get('acts', first.id), await phone.seal(foreign, first)));
    const second = await way.add('arrival');
    await phone.send();
    way.there = true;
    await phone.send();
    return way.states([first, second]);
  });
  expect(states).toEqual(['look', 'sent']);
});

test('a note whose pictures a slow road does not carry holds up no other act @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  const states = await page.evaluate(async () => {
    const { way } = window;
    const acts = [await way.add('note', { words: '去看了羊。', kinds: [], pictures: ['A'.repeat(200000)] }), await way.add('arrival')];
    await window.naheyaPhone.send();
    way.answer = (acts) => {
      if (JSON.stringify(acts).length > 100000) throw new TypeError('the time is over');
      return way.done(acts);
    };
    way.there = true;
    await window.naheyaPhone.send();
    return way.states(acts);
  });
  expect(states).toEqual(['kept', 'sent']);
});

test('a page of the network itself is no answer to an act @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  const states = await page.evaluate(async () => {
    const { way } = window;
    const acts = [await way.add('pick_up')];
    await window.naheyaPhone.send();
    way.there = true;
    way.answer = () => new Response('<h1>请先登录网络</h1>', { headers: { 'Content-Type': 'text/html' } });
    await window.naheyaPhone.send();
    const before = await way.states(acts);
    way.answer = way.done;
    await window.naheyaPhone.send();
    return before.concat(await way.states(acts));
  });
  expect(states).toEqual(['kept', 'sent']);
});

test('a page of the network itself is not the network @phone', async ({ banner, stranger }) => {
  const page = await stranger();
  await page.route('**/healthz', (route) => route.fulfill({ contentType: 'text/html', body: '<h1>请先登录网络</h1>' }));
  await open(page, '/phone');
  expect(await page.evaluate(() => window.naheyaPhone.reached())).toBe(false);
});

test('an answer that stops halfway holds up nothing @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  const states = await page.evaluate(async () => {
    const { way } = window;
    const acts = [await way.add('pick_up')];
    await window.naheyaPhone.send();
    // Time runs quickly here.
    const real = window.setTimeout;
    window.setTimeout = (act, wait) => real(act, Math.min(wait, 300));
    way.there = true;
    way.answer = (acts, init) =>
      new Response(
        new ReadableStream({
          start(answer) {
            answer.enqueue(new TextEncoder().encode('{"answers":'));
            init.signal.addEventListener('abort', () => answer.error(new TypeError('aborted')));
          },
        }),
      );
    await window.naheyaPhone.send();
    way.answer = way.done;
    // The first of these may be the end of one that was under way.
    await window.naheyaPhone.send();
    await window.naheyaPhone.send();
    return way.states(acts);
  });
  expect(states).toEqual(['sent']);
});

test('what is done while others are being sent is sent as well @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  const states = await page.evaluate(async () => {
    const { way } = window;
    const acts = [await way.add('pick_up')];
    await window.naheyaPhone.send();
    way.there = true;
    way.answer = async (sent) => {
      if (acts.length < 2) acts.push(await way.add('arrival'));
      return way.done(sent);
    };
    await window.naheyaPhone.send();
    return way.states(acts);
  });
  expect(states).toEqual(['sent', 'sent']);
});

test('what one page has sent stays sent when another loses its way @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  const states = await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    const { way } = window;
    const act = await way.add('pick_up');
    await phone.send();
    way.there = true;
    way.answer = async () => {
      // The other page was quicker.
      await phone.put('acts', act.id, Object.assign(await phone.get('acts', act.id), { state: 'sent', box: null, iv: null, sent: Date.now() }));
      throw new TypeError('the way is lost');
    };
    await phone.send();
    return way.states([act]);
  });
  expect(states).toEqual(['sent']);
});

test('two acts of one moment have two numbers @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  const numbers = await page.evaluate(async () => (await Promise.all([window.way.add('pick_up'), window.way.add('arrival')])).map((act) => act.sequence));
  expect(new Set(numbers).size).toBe(2);
});

test('two pages that begin at once have one key @phone', async ({ banner, stranger }) => {
  const page = await volunteer(banner, stranger);
  const opened = await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    await phone.drop('keys', 'local');
    const [one, other] = await Promise.all([phone.local(), phone.local()]);
    return phone.unseal(other, await phone.seal(one, '一'));
  });
  expect(opened).toBe('一');
});

test('a weekend that opens no more is asked for anew @phone', async ({ banner, stranger }) => {
  const page = await volunteer(banner, stranger);
  const stays = await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    await phone.put('keys', 'local', await phone.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']));
    await phone.refresh();
    return (await phone.bundle()).stays.length;
  });
  expect(stays).toBeGreaterThan(0);
});

test('a weekend that did not come with its page comes with the network @phone', async ({ banner, stranger }) => {
  const page = await stranger();
  await page.route('**/phone/bundle', (route) => route.abort());
  await signIn(page, banner.person('volunteer'));
  await Promise.all([page.waitForEvent('requestfailed', (request) => request.url().endsWith('/phone/bundle')), page.goto('/home')]);
  expect(await page.evaluate(() => window.naheyaPhone.bundle())).toBe(null);
  await page.unroute('**/phone/bundle');
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(() => page.evaluate(async () => Boolean(await window.naheyaPhone.bundle())), { timeout: 30_000 }).toBe(true);
});

test('what waits does not wait for the weekend of the page @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  const { id } = await page.evaluate(() => window.way.add('pick_up'));
  await page.addInitScript(() => {
    const real = window.fetch;
    const done = ({ acts }) => new Response(JSON.stringify({ answers: acts.map((act) => ({ id: act.id, standing: 'done' })) }));
    window.fetch = async (url, init) => {
      if (url === '/phone/bundle') return new Promise(() => {});
      return url === '/phone/acts' ? done(JSON.parse(init.body)) : real(url, init);
    };
  });
  await page.goto('/home');
  await expect.poll(() => page.evaluate(async (id) => (await window.naheyaPhone.get('acts', id)).state, id)).toBe('sent');
});

test('a store that the browser has closed is opened anew @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  const state = await page.evaluate(async () => {
    const real = IDBDatabase.prototype.transaction;
    let first = true;
    IDBDatabase.prototype.transaction = function (...what) {
      if (!first) return real.apply(this, what);
      first = false;
      throw new DOMException('The database connection is closing.', 'InvalidStateError');
    };
    return window.way.states([await window.way.add('pick_up')]);
  });
  expect(state).toHaveLength(1);
});

test('an act that is kept lies on the disk @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  const asked = await page.evaluate(async () => {
    const real = IDBDatabase.prototype.transaction;
    const asked = [];
    IDBDatabase.prototype.transaction = function (...what) {
      if (what[0] === 'acts' && what[1] === 'readwrite') asked.push(what[2] && what[2].durability);
      return real.apply(this, what);
    };
    await window.way.add('pick_up');
    return asked;
  });
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.every((how) => how === 'strict')).toBe(true);
});

/** As on a phone without room: nothing more can be written. */
function full() {
  IDBObjectStore.prototype.put = function () {
    this.transaction.abort();
  };
}

test('a phone without room sends what it has @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  const { id } = await page.evaluate(async () => {
    const act = await window.way.add('pick_up');
    await window.naheyaPhone.send();
    return act;
  });
  await page.evaluate(full);
  const came = await page.evaluate(async (id) => {
    const { way } = window;
    let came = 0;
    way.answer = (acts) => {
      came += acts.filter((act) => act.id === id).length;
      return way.done(acts);
    };
    way.there = true;
    await window.naheyaPhone.send();
    return came;
  }, id);
  expect(came).toBe(1);
});

test('a phone without room shows what it has, and says what it cannot keep @phone', async ({ banner, stranger }) => {
  const page = await atTheGate(banner, stranger);
  await page.addInitScript(full);
  await open(page, '/phone');
  await expect(page.locator('[data-unkept]')).toBeHidden();
  await page.locator('[data-s=stranger]').click();
  await expect(page.locator('[data-unkept]')).toContainText('没能存下来');
  await expect(page.locator('[data-s=stranger]')).toBeEnabled();
  await page.locator('#code').pressSequentially(await strange(page, false));
  await expect(page.locator('.codebox .esum')).toContainText('没有这个码');
});

test('a form that can be neither sent nor kept stays as it was typed @phone', async ({ banner, stranger }) => {
  const page = await volunteer(banner, stranger);
  await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    const form = document.createElement('form');
    form.method = 'post';
    form.action = '/stays/none/report';
    form.dataset.phoneAct = 'arrival';
    form.dataset.stay = (await phone.bundle()).stays[0].stay;
    form.innerHTML = '<textarea class="inp" name="typed"></textarea><button class="btn">试试</button>';
    document.getElementById('main').prepend(form);
    // Another page has signed out.
    await phone.drop('keys', 'queue');
  });
  await page.locator('[name=typed]').fill('去看了羊。');
  await page.route('**/healthz', (route) => route.abort());
  await page.getByRole('button', { name: '试试' }).click();
  await expect(page.locator('[data-stuck]')).toContainText('没有网络');
  await expect(page.locator('[name=typed]')).toHaveValue('去看了羊。');
  expect(new URL(page.url()).pathname).toBe('/home');
});

test('a wrong code is counted once, also when it is pressed after the sixth digit, and no clock that ran ahead locks out @phone', async ({ banner, stranger }) => {
  const page = await atTheGate(banner, stranger);
  const digits = await strange(page, false);
  await page.evaluate(async (digits) => {
    const real = SubtleCrypto.prototype.deriveBits;
    window.proofs = 0;
    SubtleCrypto.prototype.deriveBits = function (...what) {
      window.proofs += 1;
      return real.apply(this, what);
    };
    // Locked for five minutes by a clock that was a day ahead.
    await window.naheyaPhone.put('meta', 'tries', { n: 0, until: window.naheyaPhone.now() + 86400000 });
    const box = document.getElementById('code');
    box.value = digits;
    box.dispatchEvent(new Event('input', { bubbles: true }));
    document.querySelector('[data-s=check]').click();
  }, digits);
  await expect(page.locator('.codebox .esum')).toContainText('没有这个码');
  expect(await page.evaluate(async () => [window.proofs, (await window.naheyaPhone.get('meta', 'tries')).n])).toEqual([1, 1]);
});

test('of siblings each note is kept while the other is written @phone', async ({ banner, stranger }) => {
  const page = await volunteer(banner, stranger);
  const other = '00000000-0000-4000-8000-000000000002';
  await open(page, '/phone');
  const one = await page.evaluate(async (other) => {
    const phone = window.naheyaPhone;
    const kept = await phone.bundle();
    kept.stays = [kept.stays[0], Object.assign({}, kept.stays[0], { stay: other })];
    await phone.keep(kept);
    return kept.stays[0].stay;
  }, other);
  await open(page, '/phone');
  await begin(page, one, '姐姐画了马。');
  await begin(page, other, '妹妹看了羊。');
  await turn(page, one);
  await expect(page.locator('[name=words]')).toHaveValue('姐姐画了马。');
});

test('a note that is begun outlasts its session @phone', async ({ banner, stranger }) => {
  const page = await volunteer(banner, stranger);
  await open(page, '/phone');
  const { stay } = await firstStay(page);
  await begin(page, stay, '去看了羊。');
  await page.context().clearCookies();
  await signIn(page, banner.person('volunteer'));
  await page.goto('/home');
  await packed(page);
  await open(page, '/phone');
  await turn(page, stay);
  await expect(page.locator('[name=words]')).toHaveValue('去看了羊。');
});

test('pictures that are still made small go along with the note @phone', async ({ banner, stranger }) => {
  const page = await volunteer(banner, stranger);
  await open(page, '/phone');
  await standIn(page);
  await page.evaluate(() => {
    const real = HTMLCanvasElement.prototype.toBlob;
    HTMLCanvasElement.prototype.toBlob = function (...what) {
      setTimeout(() => real.apply(this, what), 500);
    };
  });
  await turn(page, (await firstStay(page)).stay);
  await page.locator('[name=words]').fill('去看了羊。');
  await page.locator('[name=worried][value=no]').check();
  await page.locator('[name=pictures]').setInputFiles([png('一.png'), png('二.png')]);
  await page.locator('form.read button').click();
  await expect(page.locator('[data-acts]')).toContainText('周末记录');
  const [note] = await kept(page);
  expect(note.pictures).toHaveLength(2);
});

test('an act that was refused is not thrown away while its key is not there @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  const { id } = await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    const act = await window.way.add('pick_up');
    await phone.send();
    await phone.mark(act.id, { state: 'look' });
    await phone.drop('keys', 'queue');
    return act;
  });
  await open(page, '/phone');
  await page.locator('[data-acts] [data-s=gone]').click();
  const there = await page.evaluate(async (id) => {
    const phone = window.naheyaPhone;
    // Whatever the tap began comes before these in the store.
    for (let n = 0; n < 10; n += 1) await phone.get('meta', 'owner');
    return Boolean(await phone.get('acts', id));
  }, id);
  expect(there).toBe(true);
});

test('what is slow and has no answer without network is waited for @phone', async ({ banner, stranger }) => {
  const way = await startRelay(banner.origin);
  const page = await volunteer(banner, () => stranger({ baseURL: way.origin }));
  const other = await page.context().newPage();
  way.hold();
  const slow = page.goto('/me');
  // Asked for later, and not waited for.
  await open(other, '/home');
  way.release();
  await slow;
  await expect(page.locator('form[action="/sign-out"]').first()).toBeVisible();
  await way.stop();
});

test('what waits for a sign-in says so @phone', async ({ banner, stranger }) => {
  const page = await volunteer(banner, stranger);
  await page.context().clearCookies();
  await open(page, '/phone');
  await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    await phone.add('pick_up', (await phone.bundle()).stays[0].stay, {});
  });
  await expect(page.locator('[data-state]')).toContainText('登录以后才传得出去');
  await expect(page.locator('[data-state] a')).toHaveText('去登录');
});

test('a weekend without network @phone: code, release, pick-up, note, return, and everything once', async ({ banner, stranger, browser, contextOptions, sound, shot }) => {
  test.setTimeout(240_000);
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
    await type(await strange(gate, false, digits));
    await expect(gate.locator('.codebox .esum')).toContainText('没有这个码');
    const foreign = await strange(gate, true, digits);
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
    await copied(gate, 'bundle', 'named');
    // As if the list had been taken along the day before: it proves the code and names nobody.
    await gate.evaluate(async () => {
      const p = window.naheyaPhone;
      const list = await p.bundle();
      list.gate.forEach((line) => { delete line.child; });
      await p.keep(list);
    });
    gate = await cold(phones.gate, gate, '/friday');
    await type(digits);
    await expect(gate.locator('.codebox .esum')).toContainText('先打电话问协调员');
    await copied(gate, 'named', 'bundle');
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
    await copied(phone, 'bundle', 'before');
    await phone.getByRole('button', { name: '我接到孩子了' }).click();
    await phone.getByRole('button', { name: '我们到家了' }).click();
    await expect(phone.locator('[data-acts] li')).toHaveCount(2);
    // As if the page had closed after the act was kept and before the weekend was: the acts alone tell what comes next.
    await copied(phone, 'before', 'bundle');
    await phones.hers.clock.setFixedTime(instant(later(starts, 20 * 60)));
    await phone.goto(`${stay}/note`);
    await phone.locator('[name=words]').fill('她教我家小的画马，作业写完了。');
    await phone.locator('[name=kinds]').first().check();
    await phone.locator('[name=worried][value=no]').check();
    if (await phone.locator('[name=pictures]').isVisible()) {
      await phone.locator('[name=pictures]').setInputFiles([png('一.png'), png('二.png')]);
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
    expect(await gate.evaluate(() => window.naheyaPhone.send())).toBe(true);
    await expect(gate.locator('[data-acts]')).toContainText('传到了');
    expect(await deliver(phone, acts)).toEqual(Array(5).fill('done again'));
    expect(await phone.evaluate(() => window.naheyaPhone.send())).toBe(true);
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
  await Promise.all([page.waitForURL(/\/phone$/, { timeout: 60_000 }), leave(page)]);
  await expect(page.locator('html[data-ready="1"]')).toHaveCount(1);
}

const leave = (page) => page.locator('form[action="/sign-out"] button').first().click();

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
  test.setTimeout(240_000);
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
  test.setTimeout(240_000);
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
  test.setTimeout(240_000);
  const way = await startRelay(banner.origin);
  const page = await stranger({ baseURL: way.origin });
  const context = page.context();
  await leftBehind(page, way, banner.person('class_teacher'));
  await page.close();
  await way.mend(context);
  // She signs in before any page has made the sign-out good.
  const next = await context.newPage();
  await context.clearCookies();
  await signIn(next, banner.person('volunteer'));
  await next.goto('/home');
  await expect.poll(() => next.evaluate(() => window.naheyaPhone.get('meta', 'leaving'))).toBe(undefined);
  await next.goto('/home');
  await expect(next).toHaveURL(/\/home$/);
  await way.stop();
});

test('whoever of the office signs out on a phone leaves the acts of others on it @phone', async ({ banner, stranger }) => {
  test.setTimeout(240_000);
  const way = await startRelay(banner.origin);
  const page = await stranger({ baseURL: way.origin });
  const context = page.context();
  await leftBehind(page, way, banner.person('class_teacher'));
  await page.close();
  await way.mend(context);
  await context.clearCookies();
  const next = await context.newPage();
  await signIn(next, banner.person('coordinator'));
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
  await next.waitForURL(/\/sign-in/, { timeout: 30_000 });
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
  await page.waitForURL(/\/sign-in/, { timeout: 30_000 });
  await open(page, '/phone');
  expect(await page.evaluate(() => window.naheyaPhone.get('keys', 'queue'))).toBe('hers');
});
