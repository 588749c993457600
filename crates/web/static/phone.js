// What a phone keeps and sends by itself: a sealed store, a queue, this weekend's bundle. Loaded for
// volunteers and teachers, whose pages work without it, and where others sign out: what is kept here may be of somebody else. ES2017, no request to anyone else.
(function () {
  'use strict';
  const body = document.body;
  const mine = body.dataset;
  const subtle = window.crypto && window.crypto.subtle;
  const DAY = 86400000;
  const SENDS = 100000;

  // One small database: keys, what is kept sealed, acts, and plain counts.
  let opened;
  const db = () => opened || (opened = new Promise((done, fail) => {
    const ask = indexedDB.open('naheya', 1);
    ask.onupgradeneeded = () => ['keys', 'data', 'acts', 'meta'].forEach((name) => ask.result.createObjectStore(name));
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => { opened = null; fail(ask.error); };
  }));
  // An old phone goes out in the cold: an act that is kept lies on its disk, and is not on its way there.
  const once = (store, mode, act) => db().then((base) => new Promise((done, fail) => {
    const turn = base.transaction(store, mode, { durability: store === 'acts' ? 'strict' : 'default' });
    const ask = act(turn.objectStore(store));
    turn.oncomplete = () => done(ask && ask.result);
    turn.onerror = turn.onabort = () => fail(turn.error);
  }));
  // Browsers end a connection by themselves; the next one is as good.
  const run = (store, mode, act) => once(store, mode, act).catch((error) => {
    if (!error || !/^(Abort|InvalidState|Unknown)Error$/.test(error.name)) throw error;
    opened = null;
    return once(store, mode, act);
  });
  const get = (store, key) => run(store, 'readonly', (s) => s.get(key));
  const put = (store, key, value) => run(store, 'readwrite', (s) => s.put(value, key));
  const drop = (store, key) => run(store, 'readwrite', (s) => s.delete(key));
  const all = (store) => run(store, 'readonly', (s) => s.getAll());
  // What may be missed: a phone without room still shows and sends what it has.
  const note = (key, value) => put('meta', key, value).catch(() => {});

  const bytes = (text) => new TextEncoder().encode(text);
  const from64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const to64 = (buffer) => {
    const all = new Uint8Array(buffer);
    let text = '';
    for (let at = 0; at < all.length; at += 8192) text += String.fromCharCode.apply(null, all.subarray(at, at + 8192));
    return btoa(text);
  };
  const seal = async (key, value) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, box: await subtle.encrypt({ name: 'AES-GCM', iv }, key, bytes(JSON.stringify(value))) };
  };
  const unseal = async (key, sealed) =>
    JSON.parse(new TextDecoder().decode(await subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv }, key, sealed.box)));
  const uuid = () => {
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    const hex = Array.from(b, (n) => (n + 256).toString(16).slice(1)).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  };

  // The server's time as far as this phone knows: never earlier than it was seen before, so that a clock
  // that is turned back keeps nothing longer.
  let skew = 0;
  let latest = 0;
  const now = () => Math.max(latest, Date.now() + skew);
  const clock = async () => {
    const meta = (await get('meta', 'clock')) || {};
    skew = meta.skew || 0;
    latest = Math.max(meta.latest || 0, Date.now() + skew);
    await note('clock', { skew, latest, heard: meta.heard });
  };
  // The server's word sets a clock right that had run ahead. How far this phone was off then goes along with each act: it
  // tells a clock that is set between the act and its sending.
  const told = async (at) => {
    skew = at - Date.now();
    latest = at;
    await note('clock', { skew, latest, heard: at });
  };

  // Whose this phone is now. Another account, or another session, finds nothing readable.
  let owner = mine.owner || '';
  const forget = async () => {
    await Promise.all(['data', 'keys'].map((store) => run(store, 'readwrite', (s) => s.clear())));
    await put('meta', 'owner', null);
  };
  // Who left reads nothing more here; somebody who has signed in since keeps what is hers.
  const isOf = (held, left) => left && (!held || !left.session || held.session === left.session);
  const clear = async (left) => { if (isOf(await get('meta', 'owner'), left)) await forget(); };
  const settle = async () => {
    await clock();
    if (!mine.owner) {
      // The page may have closed before all of it was gone.
      await clear(await get('meta', 'leaving'));
    }
    const held = (await get('meta', 'owner')) || {};
    if (!mine.owner) owner = held.owner || '';
    else if (held.owner !== owner || held.session !== mine.session) {
      await forget();
      await put('meta', 'owner', { owner, session: mine.session });
    }
  };

  const local = async () => {
    if (!(await get('keys', 'local'))) {
      const made = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
      // Of two pages that begin at once the first one's key counts.
      await run('keys', 'readwrite', (s) => s.add(made, 'local')).catch(() => {});
    }
    return get('keys', 'local');
  };

  // Readable data leave 72 hours after a stay's end, whatever the clock says later.
  const bundle = async () => {
    const [key, sealed] = await Promise.all([get('keys', 'local'), get('data', 'bundle')]);
    if (!key || !sealed) return null;
    // What opens no more is asked for anew.
    const kept = await unseal(key, sealed).catch(() => null);
    if (!kept) return null;
    // A page can close between the act and what it changes here: the acts say it again.
    (await undecided()).forEach((act) => overlay(kept, act));
    const over = (line) => now() > line.ends + kept.keep * 3600000;
    const lists = ['stays', 'gate', 'back'].filter((name) => kept[name]);
    const before = lists.reduce((n, name) => n + kept[name].length, 0);
    lists.forEach((name) => { kept[name] = kept[name].filter((line) => !over(line)); });
    const left = lists.reduce((n, name) => n + kept[name].length, 0);
    if (now() > kept.now + 7 * DAY) { await drop('data', 'bundle'); return null; }
    if (left !== before) await keep(kept).catch(() => {});
    return kept;
  };
  const keep = async (kept) => put('data', 'bundle', await seal(await local(), kept));

  const patient = async (path, options, wait) => {
    const stop = window.AbortController ? new AbortController() : null;
    // An answer can stop halfway: the time is for all of it.
    if (stop) setTimeout(() => stop.abort(), wait);
    return fetch(path, Object.assign({ credentials: 'same-origin', cache: 'no-store', signal: stop && stop.signal }, options));
  };
  // "Online" is what a request says, and in our words: a gate of the network answers all with a page of its own.
  const reached = () => patient('/healthz', {}, 3000).then((answer) => answer.text()).then((said) => said === 'ok\n', () => false);

  let signedOut = false;
  const refresh = async () => {
    // The gate's list costs the server a slow derivation for each code: one that is fresh is kept, and one that is made is
    // waited for, since asking anew would have it made once more beside the first.
    const had = await bundle();
    if (had && had.gate && Math.abs(now() - had.now) < 180000 && await get('keys', 'queue')) return true;
    const before = (await undecided()).map((act) => act.id);
    const answer = await patient('/phone/bundle', { headers: { Accept: 'application/json' } }, 45000).catch(() => null);
    if (!answer) return false;
    if (answer.status === 401) { signedOut = true; return false; }
    if (!answer.ok) return false;
    const got = await answer.json();
    const held = await get('meta', 'owner');
    if (!held || got.owner !== held.owner || got.session !== held.session) return false;
    const key = await subtle.importKey('raw', from64(got.key), 'AES-GCM', false, ['encrypt', 'decrypt']);
    delete got.key;
    await put('keys', 'queue', key);
    await told(got.now);
    // What is done here and was not there yet is not undone by the server's word.
    const early = [].concat(got.stays || [], got.gate || [], got.back || []).filter((line) => line.state === 'approved').map((line) => line.stay);
    const ahead = (act) => act.box || before.indexOf(act.id) >= 0 || (act.waits && early.indexOf(act.stay) >= 0);
    (await owned()).filter((act) => act.state !== 'look' && ahead(act)).forEach((act) => overlay(got, act));
    await keep(got);
    return true;
  };

  const NEXT = { release: 'pick_up', pick_up: 'arrival', arrival: 'leaving', leaving: 'return', return: null };
  const overlay = (kept, act) => {
    const lines = [].concat(kept.stays || [], kept.gate || [], kept.back || []).filter((line) => line.stay === act.stay);
    lines.forEach((line) => {
      if (act.kind === 'release') { line.state = 'released'; line.released = line.released || act.at; }
      else if (act.kind === 'confirmation') { line.state = 'returned'; line.returned = line.returned || act.at; }
      else if (act.kind === 'note') line.noted = true;
      else if (act.kind in NEXT) { if (line.state !== 'closed' && line.state !== 'returned') line.state = 'in_care'; line.next = NEXT[act.kind]; }
    });
  };

  // The queue: an act is on the disk of the phone before anybody is told that it is kept.
  const owned = async () => (await all('acts')).filter((act) => act.owner === owner).sort((a, b) => a.sequence - b.sequence);
  const unsent = async () => (await owned()).filter((act) => act.box);
  // What the server has not judged yet; what it refused changes nothing here.
  const undecided = async () => (await unsent()).filter((act) => act.state !== 'look');
  const add = async (kind, stay, rest) => {
    const [key, held] = await Promise.all([get('keys', 'queue'), get('meta', 'owner')]);
    // The server may empty the phone of who signs out at any moment: nothing more is taken.
    const here = async () => { if (isOf(held, await get('meta', 'leaving'))) throw new Error('signed out'); };
    // A page from before somebody else signed in here keeps nothing under the other's key.
    if (!key || !held || held.owner !== owner) throw new Error('no key');
    await here();
    // Counted in one turn: two pages, or two taps, get two numbers.
    const sequence = 1 + ((await run('meta', 'readwrite', (s) => {
      const ask = s.get('sequence');
      ask.onsuccess = () => s.put(1 + (ask.result || 0), 'sequence');
      return ask;
    })) || 0);
    const at = Date.now();
    const last = (await get('meta', 'clock')) || {};
    const known = last.heard ? { heard: last.heard, behind: last.skew } : {};
    const act = Object.assign({ id: uuid(), sequence, kind, at, offset: -new Date(at).getTimezoneOffset() }, known, stay ? { stay } : {}, rest);
    const sealed = await seal(key, act);
    await put('acts', act.id, Object.assign({ id: act.id, owner, sequence, kind, stay, at, state: 'kept' }, sealed));
    // Another page may have begun to sign out meanwhile.
    await here().catch(async (error) => { await drop('acts', act.id); throw error; });
    // It is kept, whatever becomes of the list; and nobody makes room by throwing it away.
    const kept = await bundle().catch(() => null);
    if (kept) { overlay(kept, act); await keep(kept).catch(() => {}); }
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
    tell();
    send();
    return act;
  };

  const device = async () => {
    const known = (await get('meta', 'device')) || uuid();
    await note('device', known);
    return known;
  };
  // What is sent stays sent, whatever another page hears that sends the same.
  const mark = (id, change) => run('acts', 'readwrite', (s) => {
    const ask = s.get(id);
    ask.onsuccess = () => { if (ask.result && ask.result.box) s.put(Object.assign(ask.result, change), id); };
  });
  // Whether something has arrived that this page was made before: a button on it may ask for what is done.
  let news = false;
  let busy = null;
  let wait = 5000;
  let timer = 0;
  const send = () => busy || (busy = push().catch(() => true).then((again) => {
    busy = null;
    clearTimeout(timer);
    if (again) { timer = setTimeout(send, wait); wait = Math.min(wait * 2, 300000); } else wait = 5000;
    return !again;
  }));
  const heavy = (act) => act.box.byteLength > 20000;
  // Key and bundle of a page to which they did not come as it was opened.
  const fetched = async () => mine.owner && refresh().catch(() => false);
  // True when something is left to be done later.
  const push = async () => {
    let alone = false;
    let sent = false;
    for (;;) {
      const [key, held] = await Promise.all([get('keys', 'queue'), get('meta', 'owner')]);
      // In any order the acts make the same weekend: none waits for pictures that a bad road takes long for.
      const waiting = (await undecided()).sort((a, b) => heavy(a) - heavy(b) || a.sequence - b.sequence);
      if (sent && !waiting.length) { refresh().then(tell, () => {}); return false; }
      if (!waiting.length || signedOut) return mine.owner && !(await bundle()) && !signedOut && !(await fetched());
      if (!key && await fetched()) continue;
      // A page from before somebody else signed in here has not the key of its acts.
      if (!key || !held || held.owner !== owner) return true;
      const acts = [];
      let weight = 0;
      for (const act of waiting) {
        if (acts.length && (alone || heavy(act) || weight + act.box.byteLength > SENDS || acts.length >= 20)) break;
        const open = await unseal(key, act).catch(() => null);
        // What was sealed under another key opens for nobody: a person looks, and it holds up no other.
        if (!open) { await mark(act.id, { state: 'look' }); continue; }
        weight += act.box.byteLength;
        acts.push(open);
      }
      if (!acts.length) { tell(); return false; }
      const marked = (change) => Promise.all(acts.map((act) => mark(act.id, change))).catch(() => {});
      await marked({ state: 'sending' });
      tell();
      const load = JSON.stringify({ owner, device: await device(), sent: Date.now(), acts });
      // A minute, and what a bad road takes for the load: the server waits as long.
      const answer = await patient('/phone/acts', { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: load }, 60000 + load.length / 8).catch(() => null);
      if (answer && answer.status === 401) signedOut = true;
      const heard = answer && await answer.json().catch(() => null);
      if (!heard || !answer.ok || !heard.answers) {
        // What the server cannot read it will not read later: each goes alone, and the one that is it holds up no other.
        const odd = answer && (answer.status === 400 || answer.status === 413);
        await marked(odd && acts.length === 1 ? { state: 'look', words: (heard && heard.title) || null } : { state: 'kept' });
        tell();
        if (!odd) return true;
        alone = true;
        continue;
      }
      if (heard.now) await told(heard.now);
      let later = false;
      for (const act of acts) {
        const said = heard.answers.find((one) => one.id === act.id) || { standing: 'later' };
        if (said.standing === 'later') { later = true; await mark(act.id, { state: 'kept' }); continue; }
        const taken = said.standing === 'done' || said.standing === 'kept' || said.standing === 'look';
        const change = { state: taken && said.standing !== 'look' ? 'sent' : 'look', words: said.words || null, sent: now(), waits: said.standing === 'kept' };
        news = news || change.state === 'sent';
        // What was refused stays readable to its writer, who decides what becomes of it.
        if (taken) { change.box = null; change.iv = null; }
        await mark(act.id, change);
      }
      tell();
      if (later) return true;
      sent = true;
    }
  };
  // Acts that were sent are shown for a day, then leave.
  const tidy = async () => {
    for (const act of await owned()) if (!act.box && now() > (act.sent || 0) + DAY) await drop('acts', act.id);
    // A page that was closed while it sent does not know: the same act again is the same act.
    for (const act of await unsent()) if (act.state === 'sending') await mark(act.id, { state: 'kept' });
  };

  const listeners = [];
  const tell = () => listeners.forEach((listener) => listener());

  // Pictures leave the phone at most 1280 px wide, about 80 kB, without their place and time; one that cannot be made small
  // comes back as it is.
  const squeeze = (file) => new Promise((done) => {
    const image = new Image();
    image.onerror = () => done(file);
    image.onload = () => {
      const draw = (scale, quality) => {
        const canvas = document.createElement('canvas');
        canvas.width = Math.max(1, Math.round(image.width * scale));
        canvas.height = Math.max(1, Math.round(image.height * scale));
        canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob((blob) => {
          if (blob && blob.size > 90000 && quality > 0.4) draw(scale * 0.9, quality - 0.12);
          else done(blob ? new File([blob], 'picture.jpg', { type: 'image/jpeg' }) : file);
        }, 'image/jpeg', quality);
      };
      draw(Math.min(1, 1280 / Math.max(image.width, image.height)), 0.72);
    };
    // Given back as the page is left.
    image.src = URL.createObjectURL(file);
  });
  window.naheyaSqueeze = squeeze;

  // Forms of the pages: with network they go as they are, without it they become acts.
  const acted = async (form) => {
    const value = (name) => { const field = form.querySelector('[name=' + name + ']'); return field ? field.value.trim() : ''; };
    const kind = form.dataset.phoneAct;
    if (kind === 'note') {
      const files = Array.from((form.querySelector('[name=pictures]') || {}).files || []).slice(0, 9);
      const checked = (name) => Array.from(form.querySelectorAll('[name=' + name + ']:checked'), (box) => box.value);
      const worry = value('worry');
      // A picture that cannot be made small stays behind, its words do not.
      const small = (await Promise.all(files.map(squeeze))).filter((file, n) => file !== files[n]);
      const pictures = await Promise.all(small.map(async (file) => to64(await new Response(file).arrayBuffer())));
      await add('note', form.dataset.stay, { words: value('words'), kinds: checked('kinds'), worry: worry || null, pictures });
    } else if (kind !== 'code') await add(kind || value('event'), form.dataset.stay, {});
    // The worker has a page for what comes next, also when this page came before it; without one the page
    // that is open stays.
    const worker = navigator.serviceWorker && await navigator.serviceWorker.getRegistration().catch(() => null);
    if (worker && worker.active) location.href = location.pathname;
    else if (kind === 'code') throw new Error('no proof');
    else form.querySelectorAll('button').forEach((button) => { button.disabled = true; });
  };
  const onSubmit = (e) => {
    const form = e.target;
    const out = form.getAttribute('action') === '/sign-out';
    // What is on its way is not kept besides.
    if (form.dataset.phoneThrough || form.dataset.sent || !(out || 'phoneAct' in form.dataset)) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    if (form.dataset.phoneBusy) return;
    form.dataset.phoneBusy = '1';
    const through = () => { form.dataset.phoneThrough = '1'; if (form.requestSubmit) form.requestSubmit(e.submitter || undefined); else form.submit(); delete form.dataset.phoneThrough; };
    // What can be neither kept nor sent stays as it was typed, and says so (naheya.js).
    const stuck = () => form.dispatchEvent(new Event('naheya-stuck', { bubbles: true }));
    (out ? leave(form, through) : reached().then((on) => (on ? through() : acted(form).catch(stuck))))
      .catch(through).then(() => { delete form.dataset.phoneBusy; });
  };
  // Signing out sends first; what cannot be sent stays sealed for this account, and its key goes.
  const sendFirst = () => Promise.race([send(), new Promise((done) => setTimeout(done, 8000))]).catch(() => {});
  // The server empties the phone with the sign-out, unless an act is left on it: of anybody, also of who left it before.
  const spare = async (form) => {
    if (!(await all('acts').then((acts) => acts.some((act) => act.box), () => true))) return;
    const field = document.createElement('input');
    field.type = 'hidden';
    field.name = 'kept';
    field.value = '1';
    form.append(field);
  };
  const leave = async (form, through) => {
    // Marked first: the page may be closed, or the way be lost, at any moment from here on.
    if (mine.session) { await note('leaving', { session: mine.session }); await sendFirst(); }
    const on = !mine.session || await reached();
    await forget().catch(() => {});
    if (on) await spare(form).then(through);
    else location.href = '/phone';
  };
  // True when the server holds no session any more of the account that left.
  const signOut = async (left) => {
    if (!(await reached())) return false;
    // Still the session of the account whose acts these are.
    if (mine.owner && await refresh()) await sendFirst();
    const page = await patient('/me', { headers: { Accept: 'text/html' } }, 15000);
    if (!page.ok) return false;
    const there = new DOMParser().parseFromString(await page.text(), 'text/html');
    const form = there.querySelector('form[action="/sign-out"]');
    if (!form || (left.session && there.body.dataset.session !== left.session)) return true;
    await clear(left);
    await spare(form);
    const answer = await patient('/sign-out', { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' }, 15000);
    return answer.type === 'opaqueredirect';
  };
  // A sign-out without network is made good as soon as the way is there, by whatever page is open; until then this phone
  // takes nothing more for who left it. True while it is under way.
  let good = null;
  let patience = 3000;
  let retry = 0;
  const makeGood = () => good || (good = (async () => {
    const left = await get('meta', 'leaving');
    if (!left) return false;
    // Somebody has signed in since: what was to be ended is over.
    if (left.session && mine.session && mine.session !== left.session) { await drop('meta', 'leaving'); return false; }
    if (!(await signOut(left).catch(() => false))) {
      clearTimeout(retry);
      retry = setTimeout(makeGood, patience);
      patience = Math.min(patience * 2, 300000);
      return true;
    }
    await clear(left).then(() => drop('meta', 'leaving')).catch(() => {});
    location.href = '/sign-in';
    return true;
  })().then((on) => { good = null; return on; }, () => { good = null; return false; }));

  // One line on top of a page: how many acts are kept, whether one wants a look.
  const line = async () => {
    if (!mine.kept) return;
    const acts = await owned();
    const kept = acts.filter((act) => act.box && act.state !== 'look').length;
    const look = acts.filter((act) => act.state === 'look').length;
    let bar = document.querySelector('[data-phone-line]');
    if (!bar) {
      bar = document.createElement('p');
      bar.className = 'sync';
      bar.setAttribute('role', 'status');
      bar.dataset.phoneLine = '';
      const main = document.getElementById('main');
      main.insertBefore(bar, main.firstChild);
    }
    bar.hidden = !(kept || look || news);
    bar.textContent = '';
    const say = (words, n, to) => { const part = document.createElement('a'); part.href = to || '/phone'; part.className = 'tap'; part.textContent = words.replace('%n%', n); bar.append(part); };
    if (kept) say(mine.kept, kept);
    else if (news) say(mine.news, 0, '/start');
    if (look) say(mine.look, look);
  };

  const can = () => subtle && window.indexedDB && window.TextEncoder;
  const ready = (async () => {
    if (!can()) {
      if (mine.owner && mine.cannot && !document.querySelector('.signpage')) {
        const bar = document.createElement('p');
        bar.className = 'sync';
        bar.textContent = mine.cannot;
        document.getElementById('main').append(bar);
      }
      return false;
    }
    return settle().then(() => true, () => false);
  })();
  window.naheyaPhone = { ready, can, run, get, put, drop, seal, unseal, local, bundle, keep, overlay, owned, unsent, add, send, refresh, reached, now, mark, from64, to64, bytes, subtle, listeners, owner: () => owner, signedOut: () => signedOut };

  document.addEventListener('submit', (e) => { if (can() && e.target.method !== 'get') onSubmit(e); }, true);
  ready.then(async (on) => {
    // Whose phone it is not, sends nothing and is asked for nothing.
    if (!on || (!mine.owner && document.querySelector('form[action="/sign-out"]'))) return;
    window.addEventListener('online', makeGood);
    if (await makeGood()) return;
    if (navigator.serviceWorker && mine.owner) navigator.serviceWorker.register('/worker.js').catch(() => {});
    await tidy().catch(() => {});
    listeners.push(() => { line().catch(() => {}); });
    tell();
    // A try that is under way may still fail: the next one is not minutes away then.
    window.addEventListener('online', () => { wait = 5000; send(); });
    document.addEventListener('visibilitychange', () => { if (!document.hidden) send(); });
    // What waits does not wait for the bundle, which is larger; without one, sending begins with it.
    const had = owner && await bundle();
    const sending = owner && send();
    if (had && mine.owner) await refresh().then(tell, () => {});
    else await sending;
    // A page that was on its way while its session ended shows nobody's children to who comes next. Once only: a session
    // that lives all the same would come back here.
    if (!mine.owner || !signedOut || (await get('meta', 'ended')) === mine.session) return;
    await put('meta', 'ended', mine.session);
    location.replace('/sign-in');
  }).catch(() => {});
})();
