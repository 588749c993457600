// The pages without network: one empty page, filled from the phone's own store. Nothing in here is
// asked of the server but to send what is kept. ES2017.
(function () {
  'use strict';
  const p = window.naheyaPhone;
  const $ = (what, root) => (root || document).querySelector(what);
  const words = {};
  $('#words').content.textContent.split('\n').forEach((line) => { const at = line.indexOf('='); words[line.slice(0, at)] = line.slice(at + 1); });
  const w = (key, values) => Object.keys(values || {}).reduce((text, name) => text.split('%' + name + '%').join(values[name]), words[key] || '');

  const make = (id, slots) => {
    const node = $('#t-' + id).content.cloneNode(true);
    Object.keys(slots || {}).forEach((name) => {
      const el = $('[data-s="' + name + '"]', node);
      if (slots[name] === null || slots[name] === undefined || slots[name] === '') el.hidden = true;
      else { el.textContent = slots[name]; el.hidden = false; }
    });
    return node;
  };
  const part = (node, name) => $('[data-s="' + name + '"]', node);
  const note = (node, name, text) => { if (text) { part(node, name).hidden = false; part(node, name + '-text').textContent = text; } };

  const view = $('[data-view]');
  // Who stood in what goes, stands at the new heading.
  let stood = false;
  const show = (node) => {
    const held = stood || view.contains(document.activeElement);
    stood = false;
    view.textContent = '';
    view.append(node);
    const head = held && $('h1', view);
    if (head) { head.tabIndex = -1; head.focus({ preventScroll: true }); }
  };
  const zone = { timeZone: 'Asia/Shanghai' };
  const lang = document.documentElement.lang;
  const hour = (ms) => new Date(ms).toLocaleTimeString('en-GB', Object.assign({ hour: '2-digit', minute: '2-digit' }, zone));
  const day = (ms) => new Date(ms).toLocaleDateString(lang === 'en' ? 'en-GB' : lang, Object.assign({ month: 'short', day: 'numeric', weekday: 'short' }, zone)).replace('日周', '日 周');
  const when = (ms) => day(ms) + ' ' + hour(ms);
  const date = (ms) => new Date(ms + 8 * 3600000).toISOString().slice(0, 10);

  const HOURS = 3600000;
  let kept = null;
  let on = false;
  // Which view was asked for last: one that is a while in coming is not shown over another.
  let views = 0;

  // What the phone could not keep is said at once, and can be tried again.
  const unkept = $('[data-unkept]');
  const tried = (button, act, then) => {
    // A button that is shut lets the focus go.
    stood = true;
    button.disabled = true;
    unkept.hidden = true;
    act().then(then, () => { stood = false; button.disabled = false; button.focus(); unkept.hidden = false; unkept.scrollIntoView(); });
  };

  // What is kept, what was sent, what wants a look.
  const entry = (act) => {
    const row = make('act', { what: w('act-' + act.kind), words: act.words || hour(act.at), state: w('state-' + act.state) });
    part(row, 'state').classList.add(act.state === 'sent' ? 'tag--ok' : act.state === 'look' ? 'tag--due' : 'tag--wait');
    if (act.state === 'look') {
      const gone = part(row, 'gone');
      gone.hidden = false;
      gone.addEventListener('click', () => (act.box ? again(act) : p.drop('acts', act.id).then(queue)));
    }
    return row;
  };
  // What says the same as before stays as it is: whoever stands in it stays there, and nobody hears it once more.
  const renewed = (el, parts, make) => {
    const said = JSON.stringify(parts);
    if (el.dataset.said === said) return;
    el.dataset.said = said;
    el.textContent = '';
    el.append(...make());
  };
  const queue = async () => {
    const acts = (await p.owned()).reverse();
    $('[data-queue]').hidden = !acts.length;
    renewed($('[data-acts]'), acts.map((act) => [act.id, act.state, act.words, !act.box]), () => acts.map(entry));
    const waiting = acts.filter((act) => act.box && act.state !== 'look').length;
    // With network and without a session nothing goes by itself: whoever waits for it must know.
    const out = on && waiting > 0 && p.signedOut();
    const words = w(!on ? 'offline' : out ? 'signed-out' : 'online', { n: waiting }) + ' ' + (waiting && !out ? w('waiting-one', { n: waiting }) : '');
    renewed($('[data-state]'), [words, on], () => {
      if (!on) return [words];
      const link = document.createElement('a');
      link.href = out ? '/sign-in?next=/start' : '/start';
      link.textContent = w(out ? 'sign-in' : 'open-online');
      return [words, link];
    });
  };
  // What is typed and not saved is sealed for its account as acts are, one for each stay, and outlasts a session; its words
  // leave as the stay does.
  const place = (stay) => 'draft ' + p.owner() + ' ' + stay;
  const begun = async (said) => {
    const line = (kept && kept.stays || []).find((l) => l.stay === said.stay) || { ends: p.now() };
    const until = line.ends + (kept ? kept.keep : 72) * HOURS;
    await p.put('meta', place(said.stay), Object.assign({ until }, await p.seal(await p.get('keys', 'queue'), said)));
  };
  const sweep = async () => {
    for (const name of await p.run('meta', 'readonly', (s) => s.getAllKeys())) {
      if (name.indexOf('draft ') === 0 && p.now() > (await p.get('meta', name)).until) await p.drop('meta', name);
    }
  };
  // An act that was refused: a note's words come back into the form, the rest leaves with a tap. Without the key nobody can
  // tell what it says, and it stays.
  const again = async (act) => {
    const key = await p.get('keys', 'queue');
    if (!key) return;
    const said = await p.unseal(key, act).catch(() => null);
    if (said && act.kind === 'note') { await begun(said); location.hash = 'note-' + said.stay; }
    await p.drop('acts', act.id);
    queue();
  };

  const empty = (title, text) => show(make('empty', { title, text }));
  const idle = () => {
    const node = make('empty', { title: w('idle'), text: w('idle-text') });
    part(node, 'go').hidden = true;
    show(node);
  };

  // The volunteer's weekend.
  const open = (line) => line.state !== 'closed' && line.state !== 'returned';
  const away = (line) => line.state === 'released' || line.state === 'in_care';
  // At her home only once she has said so.
  const where = (line) => w(line.next === 'leaving' ? 'away' : line.next ? 'way' : 'brought', { name: line.child || '' });
  const code = (node, found) => {
    if (!found) return;
    const at = p.now();
    if (at < found.from) { part(node, 'when').textContent = w('code-from', { time: when(found.from) }); return; }
    if (at > found.to) return;
    part(node, 'code').hidden = false;
    const digits = part(node, 'digits');
    // Heard as digits, not as a number of hundreds of thousands.
    digits.setAttribute('aria-label', found.digits.split('').join(' '));
    found.digits.split('').forEach((digit) => { const b = document.createElement('b'); b.textContent = digit; digits.append(b); });
    // Drawn by our own server and kept sealed.
    if (found.qr) part(node, 'qr').append(new DOMParser().parseFromString(found.qr, 'image/svg+xml').documentElement);
    part(node, 'when').textContent = w('code-until', { time: when(found.to) });
  };
  const visit = (line) => {
    const name = line.child || '';
    const out = !away(line);
    const node = make('visit', {
      span: day(line.starts) + ' – ' + day(line.ends) + (line.standing ? ' · ' + line.standing : ''), fetch: out ? w('fetch', { name }) : where(line), back: w('back-by', { time: when(line.ends) }),
      at: out && !line.asked ? w('fetch-at', { time: when(line.starts) }) : '', care: line.care, school: line.school,
    });
    note(node, 'vital', line.vital);
    code(node, out ? line.fetch : line.back);
    const next = out ? (line.fetch && p.now() >= line.fetch.from ? 'pick_up' : null) : line.next;
    if (next) {
      const button = part(node, 'next');
      button.hidden = false;
      button.textContent = w('say-' + next + '-' + line.end) || w('say-' + next);
      button.addEventListener('click', () => tried(button, () => p.add(next, line.stay, {}), load));
    }
    if (!out || line.state === 'returned') { const link = part(node, 'note'); link.parentNode.hidden = false; link.href = '#note-' + line.stay; }
    return node;
  };
  const today = () => {
    const lines = kept.stays.filter(open);
    const first = lines[0];
    if (!first) return idle();
    const node = make('home', { title: away(first) ? where(first) : first.asked || w('hello', { name: first.child || '', time: when(first.starts) }) });
    lines.forEach((line) => part(node, 'list').append(visit(line)));
    show(node);
  };

  // A note: kept from the first letter, sealed like the rest. It is shown when what was begun stands in it and everything
  // listens: whoever writes at once is not written over.
  const writing = async (stay) => {
    const line = kept.stays.find((l) => l.stay === stay);
    if (!line) return today();
    const asked = views;
    const draft = await p.get('meta', place(stay)).catch(() => null);
    const before = draft && await p.unseal(await p.get('keys', 'queue'), draft).catch(() => null);
    if (asked !== views) return undefined;
    const node = make('note', { title: line.child || '' });
    const form = $('form', node);
    const fault = part(node, 'fault');
    const chosen = part(node, 'chosen');
    const pictures = [];
    if (!line.pictures) part(node, 'pictures').hidden = true;
    const read = () => ({
      stay, words: form.words.value, worry: form.worry.value || null,
      kinds: Array.from(form.querySelectorAll('[name=kinds]:checked'), (box) => box.value),
      worried: (form.querySelector('[name=worried]:checked') || {}).value || null,
    });
    if (before) {
      form.words.value = before.words || '';
      form.worry.value = before.worry || '';
      (before.kinds || []).concat(before.worried || []).forEach((value) => { const box = form.querySelector('[value="' + value + '"]'); if (box) box.checked = true; });
      pictures.push(...(before.pictures || []));
    }
    let turn = Promise.resolve();
    form.addEventListener('input', () => { turn = turn.then(() => begun(read())).catch(() => {}); });
    // Who saves while they are made small waits for them.
    form.pictures.addEventListener('change', () => {
      const files = Array.from(form.pictures.files);
      chosen.textContent = '…';
      turn = turn.then(async () => {
        for (const file of files.slice(0, 9 - pictures.length)) {
          // What cannot be made small, or not be read, stays behind.
          const small = await window.naheyaSqueeze(file);
          if (small !== file) await new Response(small).arrayBuffer().then((all) => pictures.push(p.to64(all)), () => {});
        }
        chosen.textContent = w('saved', { n: pictures.length });
        form.pictures.value = '';
      });
    });
    const wrong = (key) => { fault.hidden = false; fault.textContent = w(key); fault.focus(); };
    form.addEventListener('submit', (e) => {
      e.preventDefault();
      const said = read();
      if (!said.words.trim()) return wrong('words-missing');
      if (!said.worried || (said.worried === 'yes' && !said.worry)) return wrong('worried-missing');
      const worry = said.worried === 'no' ? null : said.worry;
      return tried($('button', form), () => turn.then(() => p.add('note', stay, { words: said.words, kinds: said.kinds, worry, pictures })),
        () => p.drop('meta', place(stay)).catch(() => {}).then(() => { location.hash = 'home'; return load(); }));
    });
    return show(node);
  };

  // The gate. A code is proved by one slow derivation, then by tags (docs/adr/0011).
  const isOld = () => p.now() > kept.now + 4 * HOURS;
  const key = async (digits) => {
    const raw = await p.subtle.importKey('raw', p.bytes(digits), 'PBKDF2', false, ['deriveBits']);
    const bits = await p.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: p.from64(kept.salt), iterations: kept.rounds }, raw, 256);
    return p.subtle.importKey('raw', bits, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  };
  const fits = async (made, what, line) => {
    if (!line.tag) return false;
    const mac = new Uint8Array(await p.subtle.sign('HMAC', made, p.bytes([what, line.stay, line.adult, line.from, line.to].join('|'))));
    const tag = p.from64(line.tag);
    return tag.every((byte, n) => byte === mac[n]);
  };
  const elsewhere = async (digits) => {
    const salt = p.from64(kept.salt);
    const both = new Uint8Array(salt.length + 6);
    both.set(salt);
    both.set(p.bytes(digits), salt.length);
    const hash = new Uint8Array(await p.subtle.digest('SHA-256', both));
    return kept.others.indexOf((hash[0] << 4) | (hash[1] >> 4)) >= 0;
  };
  const typed = (text) => text.replace(/[\uFF10-\uFF19]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xFEE0)).replace(/\D/g, '');
  const refusal = (what, lines) => {
    const used = what === 'release' ? (l) => l.state !== 'approved' : (l) => !away(l) && l.state !== 'approved';
    const at = p.now();
    const free = lines.filter((l) => !used(l));
    if (!free.length) return lines.some((l) => at > l.to + 12 * HOURS) ? 'expired' : 'used';
    if (free.every((l) => at > l.to)) return 'expired';
    if (free.every((l) => at < l.from)) return 'early';
    return null;
  };
  const PAUSE = 5 * 60000;
  const tries = async (wrong) => {
    const before = (await p.get('meta', 'tries')) || { n: 0, until: 0 };
    if (!wrong) { await p.put('meta', 'tries', { n: 0, until: 0 }); return; }
    const n = before.n + 1;
    const until = n >= 5 ? p.now() + PAUSE : 0;
    await p.put('meta', 'tries', { n: n >= 5 ? 0 : n, until });
    if (n === 5) await p.add('pause', null, {});
  };
  const check = async (what, text, fault) => {
    const say = (word, values) => { fault.hidden = false; fault.textContent = w(word, values); };
    const digits = typed(text.replace('naheya:', ''));
    const held = (await p.get('meta', 'tries')) || { until: 0 };
    // A clock that had run ahead and was set right since locks nobody out.
    if (held.until > p.now() && held.until <= p.now() + PAUSE) return say('paused', { until: hour(held.until) });
    if (digits.length !== 6) return say('malformed');
    const lines = what === 'release' ? kept.gate : kept.back;
    const made = await key(digits);
    const found = [];
    for (const line of lines) if (await fits(made, what, line)) found.push(line);
    if (!found.length) {
      const other = await elsewhere(digits);
      if (!other) await tries(true).catch(() => {});
      return say(other ? 'other_school' : 'wrong');
    }
    await tries(false).catch(() => {});
    const no = refusal(what, found);
    if (no) return say(no);
    const free = found.filter((l) => (what === 'release' ? l.state === 'approved' : away(l) || l.state === 'approved') && l.child);
    // The list is of another day, and names nobody of this one.
    if (!free.length) return say('old-list');
    // Whom the family has fetched nobody lets go any more; a sister who is still here goes.
    const here = free.filter((l) => what !== 'release' || !l.family);
    if (!here.length) return say('family');
    // A child that goes to the own home is let go, and received, by somebody else.
    if (here.some((l) => l.own)) return say('own');
    // Two homes may have the same six digits: the list tells which child is brought.
    if (here.some((l) => l.party !== here[0].party)) return say('wrong');
    card(what, here, digits);
    return undefined;
  };
  // The large card; `digits` is empty when the list is used instead of a code.
  const card = (what, lines, digits) => {
    const node = make('card', { go: what === 'release' ? w('released') : w('receive') });
    // Of siblings each is ticked: one may stay behind, or come back without the other.
    const ticks = new Map();
    lines.forEach((line) => {
      const child = make('child', { class: line.class, child: line.child, carer: line.carer, tail: w('tail', { digits: line.tail }), back: w('back-by', { time: when(line.ends) }) });
      note(child, 'vital', line.vital);
      if (lines.length > 1) {
        part(child, 'goes').hidden = false;
        part(child, 'goes-text').textContent = w(what === 'release' ? 'goes' : 'comes', { name: line.child });
        ticks.set(line.stay, $('input', part(child, 'goes')));
      }
      part(node, 'children').append(child);
    });
    const call = what === 'release' && (!digits || isOld());
    part(node, 'call').hidden = !call;
    part(node, 'sight').hidden = what !== 'release';
    const go = part(node, 'go');
    const fault = part(node, 'fault');
    const called = $('#called', node);
    part(node, 'no').addEventListener('click', () => route());
    go.addEventListener('click', () => {
      const chosen = lines.filter((line) => !ticks.size || ticks.get(line.stay).checked);
      if (!chosen.length) { fault.hidden = false; fault.textContent = w('who'); return; }
      if (call && !called.value.trim()) { fault.hidden = false; fault.textContent = w('look-again'); called.focus(); return; }
      const kind = what === 'release' ? 'release' : 'confirmation';
      const rest = Object.assign({}, digits ? { code: digits } : {}, call ? { called: called.value.trim() } : {});
      tried(go, async () => { for (const line of chosen) await p.add(kind, line.stay, rest); }, load);
    });
    show(node);
    $('h1', view).tabIndex = -1;
    $('h1', view).focus();
    window.scrollTo(0, 0);
  };
  const row = (line, sub, state, action) => {
    const node = make('row', { mark: Array.from(line.child)[0], child: line.child, sub, state });
    if (action) { const button = part(node, 'do'); button.hidden = false; button.textContent = action.text; button.setAttribute('aria-label', action.text + ' · ' + line.child); if (action.quiet) button.classList.add('btn--quiet'); button.addEventListener('click', action.act); }
    return node;
  };
  const entering = (node, what) => {
    const box = $('#code', node);
    const fault = part(node, 'fault');
    // Whoever presses after the sixth digit has typed one code, not two.
    let under = false;
    const go = () => {
      if (under) return;
      under = true;
      fault.hidden = true;
      const end = () => { under = false; box.value = ''; };
      check(what, box.value, fault).then(end, end);
    };
    box.addEventListener('input', () => { if (typed(box.value).length === 6) go(); });
    box.addEventListener('keydown', (e) => { if (e.key === 'Enter') { e.preventDefault(); go(); } });
    part(node, 'check').addEventListener('click', go);
    if (!window.BarcodeDetector || !navigator.mediaDevices) return;
    const scan = part(node, 'scan');
    scan.hidden = false;
    scan.addEventListener('click', () => look(part(view, 'video'), (text) => check(what, text, part(view, 'fault') || fault)));
  };
  const look = async (video, found) => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }).catch(() => null);
    if (!stream) return;
    const stop = () => { stream.getTracks().forEach((track) => track.stop()); video.hidden = true; };
    video.hidden = false;
    video.srcObject = stream;
    await video.play();
    const reader = new window.BarcodeDetector({ formats: ['qr_code'] });
    const turn = async () => {
      if (!video.isConnected) { stop(); return; }
      const codes = await reader.detect(video).catch(() => []);
      const ours = codes.find((c) => /^naheya:\d{6}$/.test(c.rawValue));
      if (ours) { stop(); found(ours.rawValue); } else requestAnimationFrame(turn);
    };
    turn();
  };
  const asOf = () => w('as-of', { time: when(kept.now) });
  const friday = () => {
    // Who was not fetched on a day before, as long as the list is of today: an old one does not know who is gone.
    const today = date(p.now());
    const left = (l) => l.state === 'approved' && date(kept.now) === today && l.starts < p.now() && l.ends > p.now();
    const lines = kept.gate.filter((l) => l.child && (date(l.starts) === today || left(l)));
    const waits = (l) => l.state === 'approved' && !l.family;
    const waiting = lines.filter(waits);
    const title = !lines.length ? w('finding-none') : waiting.length ? w('finding', { n: waiting.length }) : w('finding-all');
    const node = make('friday', { title, lead: asOf() });
    if (isOld()) note(node, 'old', w('old-list'));
    lines.forEach((line) => {
      const gone = line.released ? w('gone-at', { time: hour(line.released) }) : line.family ? w('family') : line.own ? w('own') : w('waits', { time: (date(line.starts) === today ? hour : when)(line.starts) });
      const list = waits(line) && !line.own && { text: w('left'), quiet: true, act: () => card('release', waiting.filter((l) => l.party === line.party), '') };
      part(node, 'list').append(row(line, line.carer + ' · ' + w('tail', { digits: line.tail }), gone, list));
    });
    part(node, 'stranger').addEventListener('click', (e) => tried(e.target, () => p.add('stranger', null, {}), () => { e.target.hidden = true; part(view, 'told').hidden = false; }));
    entering(node, 'release');
    show(node);
  };
  const sunday = () => {
    // Whom nobody can have fetched yet, or the family has fetched, is not missed, and "here" would be said of a child that is
    // still to leave.
    const near = kept.back.filter((l) => l.child && (date(l.ends) === date(p.now()) || away(l)) && (l.state !== 'approved' || (l.starts <= p.now() && !l.family)));
    const missing = near.filter((l) => !l.returned);
    // Nobody is missed before the hour.
    const owed = missing.every((l) => l.ends > p.now()) ? 'coming' : 'missing';
    const title = !near.length ? w('missing-none') : missing.length ? w(owed, { n: missing.length }) : w('missing-all');
    const node = make('friday', { title, lead: asOf() });
    near.sort((a, b) => (a.returned || 0) - (b.returned || 0) || a.ends - b.ends).forEach((line) => {
      const state = line.returned ? (line.family ? w('family') : w('here-at', { time: hour(line.returned) })) : line.own ? w('own') : w('agreed', { time: when(line.ends) });
      const here = !line.returned && !line.own && { text: w('wait-return'), act: (e) => tried(e.target, () => p.add('confirmation', line.stay, {}), load) };
      part(node, 'list').append(row(line, w('brings', { name: line.carer }) + ' · ' + w('tail', { digits: line.tail }), state, here));
    });
    part(node, 'out').hidden = true;
    part(node, 'back').hidden = false;
    $('#code', node).setAttribute('aria-describedby', 'back');
    entering(node, 'return');
    show(node);
  };

  const route = () => {
    views += 1;
    if (location.pathname.indexOf('/concerns') === 0) return show($('#t-worry').content.cloneNode(true));
    if (!kept) return empty(w('none'), w('nothing'));
    const asked = location.hash.slice(1) || location.pathname.slice(1);
    const noted = /note-([0-9a-f-]{36})/.exec(asked) || /stays\/([0-9a-f-]{36})\/note/.exec(asked);
    if (kept.stays) return noted ? writing(noted[1]) : today();
    const back = asked.indexOf('sunday') === 0;
    document.querySelectorAll('[data-tabs] a').forEach((a) => {
      if ((a.hash === '#sunday') === back) a.setAttribute('aria-current', 'page'); else a.removeAttribute('aria-current');
    });
    return back ? sunday() : friday();
  };
  // The coordinator's number; a sample's is never a link.
  const calling = () => {
    const call = $('[data-call]');
    call.hidden = !(kept && kept.office);
    if (call.hidden) return;
    $('b', call).textContent = kept.office;
    if (!kept.sample) call.href = 'tel:' + kept.office;
  };
  const load = async () => {
    kept = await p.bundle();
    $('[data-tabs]').hidden = !(kept && kept.gate);
    // A list that an older server gave has no word on it.
    const looks = (kept && kept.look) || {};
    if (looks.large) document.documentElement.dataset.size = 'large';
    if (typeof looks.dark === 'boolean') document.documentElement.dataset.theme = looks.dark ? 'dark' : 'light';
    calling();
    await route();
    await queue();
  };
  window.addEventListener('hashchange', () => { route(); window.scrollTo(0, 0); });
  p.ready.then(async (can) => {
    if (!can) { unkept.hidden = !p.can(); empty(w('none'), p.can() ? '' : document.body.dataset.cannot); return; }
    await sweep().catch(() => {});
    await load();
    document.documentElement.dataset.ready = '1';
    p.listeners.push(() => { queue().catch(() => {}); });
    const ask = async () => { on = await p.reached(); await queue(); if (on) p.send(); };
    await ask();
    setInterval(ask, 30000);
    window.addEventListener('online', ask);
  });
})();
