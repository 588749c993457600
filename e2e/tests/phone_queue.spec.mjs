// What a phone keeps and sends by itself, whatever befalls it: pages that close, two at once, roads that carry little, a store
// that is full or gone. On a demo whose weekend no other file plays.
import { atTheGate, begin, firstStay, kept, onTheRoad, open, packed, png, standIn, strange, turn, volunteer } from '../lib/phone.mjs';
import { startRelay } from '../lib/relay.mjs';
import { expect, signIn } from '../lib/test.mjs';
import { test } from '../lib/weekend.mjs';

test.use({ story: 'phone queue' });
test.describe.configure({ timeout: 480_000 });

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

test('a page from before its acts were sent says that they have arrived, and leads to what is now @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  const line = page.locator('[data-phone-line]');
  await page.evaluate(async () => {
    await window.way.add('pick_up');
    await window.naheyaPhone.send();
  });
  await expect(line).toHaveText('手机里存着 1 条，有网就传');
  await page.evaluate(async () => {
    window.way.there = true;
    await window.naheyaPhone.send();
  });
  const ways = line.getByRole('link', { name: '手机里记的传到了，看最新的' });
  await expect(ways).toHaveAttribute('href', '/start');
  await ways.click();
  await expect(page).toHaveURL(/\/home$/);
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

test('an act does not wait for minutes after a try that was under way when the network came back @phone', async ({ banner, stranger }) => {
  const page = await onTheRoad(banner, stranger);
  const id = await page.evaluate(async () => {
    const phone = window.naheyaPhone;
    const { way } = window;
    const { id } = await way.add('pick_up');
    // Each try in vain doubles the wait: after eight it is five minutes.
    for (let n = 0; n < 8; n += 1) await phone.send();
    let fail;
    const begun = new Promise((done) => {
      way.answer = () => new Promise((_, no) => { fail = no; done(); });
    });
    way.there = true;
    const last = (async () => { while (!fail) await phone.send(); })();
    await begun;
    window.dispatchEvent(new Event('online'));
    way.answer = way.done;
    fail(new TypeError('no network'));
    await last;
    return id;
  });
  await expect.poll(() => page.evaluate(async (id) => (await window.naheyaPhone.get('acts', id)).state, id), { timeout: 60_000 }).toBe('sent');
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
  await expect.poll(() => page.evaluate(async () => Boolean(await window.naheyaPhone.bundle())), { timeout: 60_000 }).toBe(true);
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

test('while the server restarts behind its proxy the phone shows what it has @phone', async ({ banner, stranger }) => {
  const way = await startRelay(banner.origin);
  const page = await volunteer(banner, () => stranger({ baseURL: way.origin }));
  way.away();
  await open(page, '/home');
  await expect(page.locator('[data-state]')).toContainText('没有网络');
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
