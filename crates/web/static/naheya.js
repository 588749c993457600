// Naheya's one script. Every page works without it; it only makes work quicker:
// search by Ctrl K, J/K/Enter/E in lists, one submit per form, drafts kept on the server,
// lists that follow what is typed, copies, smaller pictures, a toast that leaves.
// ES2017, no build step, no request to anyone else.
(function () {
  'use strict';
  const each = (root, what, act) => root.querySelectorAll(what).forEach(act);
  const later = (wait, act) => {
    let timer = 0;
    return function () { clearTimeout(timer); timer = setTimeout(act, wait); };
  };

  // The error summary takes the focus, so that readers hear it first.
  const summary = document.querySelector('[data-focus]');
  if (summary) summary.focus();

  // What changes without a new page is said where readers hear it.
  const said = document.createElement('p');
  said.className = 'vh';
  said.setAttribute('role', 'status');
  (document.getElementById('main') || document.body).append(said);
  const say = (words) => { said.textContent = words; };

  // Ctrl K and "/" go to the search box; J, K and Enter walk the first list, E changes what one stands at.
  // data-keys="off" at the top: whoever speaks to the browser, or hears it read, has these letters for themselves.
  const quiet = document.documentElement.dataset.keys === 'off';
  const typing = (el) => el && (el.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !/^(checkbox|radio|file)$/.test(el.type)));
  const rows = () => Array.from(document.querySelectorAll('[data-list] [data-row], table[data-list] tbody tr'));
  const link = (row) => row.querySelector('a[href]');
  let at = -1;
  // Tab leads to a row as well as J does.
  const place = (all, el) => all.findIndex((row) => row.contains(el));
  const here = (all) => { const held = place(all, document.activeElement); return held < 0 ? at : held; };
  const stand = (all, n) => {
    all.forEach((row) => row.classList.remove('at'));
    at = n;
    all[n].classList.add('at');
    // A row that leads nowhere has the focus itself: on the row before, Enter would open what one does not stand at.
    (link(all[n]) || Object.assign(all[n], { tabIndex: -1 })).focus({ preventScroll: true });
    all[n].scrollIntoView({ block: 'nearest' });
  };
  const walk = (step) => {
    const all = rows();
    if (all.length) stand(all, Math.max(0, Math.min(all.length - 1, here(all) + step)));
  };
  // The way back finds the row one left; after a button in a row J goes on from there.
  const kept = 'naheya-row ' + location.pathname;
  const leave = (all, n, sent) => {
    if (link(all[n])) sessionStorage.setItem(kept, JSON.stringify({ row: link(all[n]).href, n, sent }));
  };
  document.addEventListener('click', (e) => {
    const all = rows();
    const n = place(all, e.target);
    const on = e.target.closest('a,button');
    if (n >= 0 && on) leave(all, n, on.type === 'submit');
  });
  const begin = () => {
    const all = rows();
    if (!all.length || summary) return;
    const left = JSON.parse(sessionStorage.getItem(kept) || '{}');
    const came = performance.getEntriesByType('navigation')[0];
    const n = all.findIndex((row) => link(row) && link(row).href === left.row);
    if (n >= 0 && came && came.type === 'back_forward') stand(all, n);
    else if (left.sent) at = Math.min(left.n, all.length) - 1;
    sessionStorage.removeItem(kept);
  };
  begin();
  document.addEventListener('keydown', (e) => {
    const find = document.querySelector('[data-find]');
    if (find && (e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') {
      e.preventDefault();
      find.focus();
      find.select();
      return;
    }
    if (quiet || e.ctrlKey || e.metaKey || e.altKey || typing(document.activeElement)) return;
    const key = e.shiftKey ? '' : e.key.toLowerCase();
    if (e.key === '/' && find) { e.preventDefault(); find.focus(); }
    else if (key === 'j') walk(1);
    else if (key === 'k') walk(-1);
    else if (key === 'e') {
      // data-edit="address" on a row: where it is changed; a row without one opens.
      const all = rows();
      const held = place(all, document.activeElement);
      const n = held < 0 ? all.findIndex((row) => row.classList.contains('at')) : held;
      const to = n >= 0 && (all[n].dataset.edit || (link(all[n]) && link(all[n]).href));
      if (to) { leave(all, n); location.assign(to); }
    }
  });

  // What cannot leave stays as it was typed, and says so.
  const stuck = (form) => {
    let line = form.querySelector('[data-stuck]');
    if (!line) {
      line = document.createElement('p');
      line.className = 'strip strip--stop';
      line.dataset.stuck = '';
      const button = form.querySelector('button:not([type=button])');
      if (button) button.before(line); else form.append(line);
    }
    line.setAttribute('role', 'alert');
    line.textContent = form.dataset.cut || document.body.dataset.cut;
  };
  document.addEventListener('naheya-stuck', (e) => stuck(e.target));

  // data-cut="words": asked first whether anybody is there, since a page that leaves for nowhere loses what was typed.
  each(document, 'form[data-cut]', (form) => form.addEventListener('submit', (e) => {
    e.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = '1';
    const patience = new Promise((done, fail) => { setTimeout(fail, 8000); });
    Promise.race([fetch('/healthz', { cache: 'no-store' }), patience])
      .then(() => HTMLFormElement.prototype.submit.call(form), () => { delete form.dataset.sent; stuck(form); });
  }));

  // A second tap sends nothing. The button comes back when the browser returns to this page.
  document.addEventListener('submit', (e) => {
    const form = e.target;
    if (e.defaultPrevented || form.method === 'get') return;
    if (navigator.onLine === false) { e.preventDefault(); stuck(form); return; }
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = '1';
    // Of a page that answers a form, Back would ask to send that form again: it leads to where the form stands.
    if (document.referrer.startsWith(location.origin) && (summary || document.querySelector('.passing'))) history.replaceState(null, '', document.referrer);
    setTimeout(() => each(form, 'button', (b) => { b.setAttribute('aria-disabled', 'true'); }), 0);
  });
  window.addEventListener('pageshow', () => each(document, 'form[data-sent]', (form) => {
    delete form.dataset.sent;
    each(form, 'button', (b) => b.removeAttribute('aria-disabled'));
  }));

  // data-forget: who presses Back after it was sent, reads nothing of it, also where the browser keeps whole pages.
  each(document, 'form[data-forget]', (form) => window.addEventListener('pagehide', () => {
    if (!form.dataset.sent) return;
    each(form, 'textarea,[type=text]', (field) => { field.value = ''; });
    each(form, ':checked', (box) => { box.checked = false; });
  }));

  // data-live="#region": the list follows what is typed; without script the form has a button.
  each(document, 'form[data-live]', (form) => {
    let turn = 0;
    const load = later(180, () => {
      const mine = ++turn;
      // Posted, never put into the address: what is typed is somebody's name.
      let address = '';
      fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), credentials: 'same-origin', headers: { Accept: 'text/html' } })
        .then((r) => { address = r.url; return r.ok ? r.text() : Promise.reject(r.status); })
        .then((html) => {
          const page = new DOMParser().parseFromString(html, 'text/html');
          const fresh = page.querySelector(form.dataset.live);
          const old = document.querySelector(form.dataset.live);
          if (mine !== turn || !fresh || !old) return;
          old.replaceWith(fresh);
          // The heading says what was found.
          const [was, found] = [document, page].map((one) => one.querySelector('[data-found]'));
          if (was && found) was.replaceWith(found);
          at = -1;
          const told = fresh.querySelector('.pager span,.empty b,p.sub');
          say(told ? told.textContent : '');
          history.replaceState(null, '', address);
        })
        .catch(() => {});
    });
    form.addEventListener('input', load);
    form.addEventListener('change', load);
  });

  // data-draft="name": what is typed is kept on the server, while it is typed and as the page is left, without password and
  // files. The turn tells it which words are later.
  each(document, 'form[data-draft]', (form) => {
    const note = form.querySelector('[data-saved]');
    const turn = form.querySelector('[name=draft_turn]');
    let timer = 0;
    const wait = (ms) => { if (!timer) timer = setTimeout(keep, ms); };
    const tell = (how) => { if (note) note.textContent = note.dataset[how]; };
    const keep = (leaving) => {
      clearTimeout(timer);
      timer = 0;
      const body = new URLSearchParams();
      new FormData(form).forEach((value, name) => {
        const field = form.elements[name];
        if (typeof value === 'string' && name !== 'draft' && !(field && field.type === 'password')) body.append(name, value);
      });
      fetch('/drafts/' + encodeURIComponent(form.dataset.draft), { method: 'POST', body, credentials: 'same-origin', keepalive: leaving === true })
        .then((r) => r.status < 500 ? tell(r.ok ? 'saved' : r.status === 401 || r.status === 403 ? 'out' : 'unsaved') : Promise.reject(r.status))
        .catch(() => { tell('unsaved'); wait(5000); });
    };
    const leave = () => { if (timer) keep(true); };
    form.addEventListener('input', () => { turn.value = Date.now(); wait(1500); });
    form.addEventListener('submit', leave);
    // What is thrown away is not kept once more as the page is left.
    document.addEventListener('submit', (e) => { if (/^.drafts/.test(e.target.getAttribute('action'))) { clearTimeout(timer); timer = 0; } });
    window.addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', () => { if (document.hidden) leave(); });
  });

  // data-poll: how far long work is, asked once a second; its end is said where readers hear it, or is a page of its own.
  each(document, '[data-poll]', (box) => {
    const look = () => fetch(location.href, { credentials: 'same-origin', headers: { Accept: 'text/html' } })
      .then((r) => r.ok ? r.text() : Promise.reject(r.status))
      .then((html) => {
        const fresh = new DOMParser().parseFromString(html, 'text/html');
        const now = fresh.querySelector('[data-poll]');
        each(document, '[data-finding]', (h) => { h.textContent = fresh.querySelector('[data-finding]').textContent; });
        if (now) { box.innerHTML = now.innerHTML; setTimeout(look, 1000); return; }
        if (!fresh.querySelector('[data-ending]')) { location.reload(); return; }
        const rest = document.querySelector('[data-while]');
        const held = rest.contains(document.activeElement);
        box.remove();
        rest.remove();
        const end = document.querySelector('[data-ending]');
        end.innerHTML = fresh.querySelector('[data-ending]').innerHTML;
        const on = end.querySelector('a');
        if (held && on) on.focus();
      })
      .catch(() => setTimeout(look, 5000));
    setTimeout(look, 1000);
  });

  // The toast leaves after ten seconds. One by which something can be taken back stays at the head of the page, and goes along
  // with it no more: who reads slowly, or hears the page, gets there later.
  each(document, '[data-toast]', (box) => {
    let hold = false;
    // What stood there as the page came is not read aloud by itself.
    setTimeout(() => say(box.querySelector('[role=status] span').textContent), 300);
    box.addEventListener('mouseenter', () => { hold = true; });
    box.addEventListener('focusin', () => { hold = true; });
    setTimeout(() => { if (!hold) box.classList.add(box.querySelector('form') ? 'rests' : 'gone'); }, 10000);
  });

  // data-copy="id": copies the text of that element.
  each(document, '[data-copy]', (button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener('click', () => {
      const from = document.getElementById(button.dataset.copy);
      const word = button.textContent;
      navigator.clipboard.writeText((from.value || from.textContent).trim())
        .then(() => { button.textContent = '✓'; setTimeout(() => { button.textContent = word; }, 1500); })
        .catch(() => {});
    });
  });

  // data-aloud="id": reads that element to whoever cannot, where the phone has a voice for the page's language.
  each(document, '[data-aloud]', (button) => {
    const voice = window.speechSynthesis;
    if (!voice) return;
    const lang = document.documentElement.lang.slice(0, 2);
    const offer = () => { button.hidden = !voice.getVoices().some((v) => v.lang.slice(0, 2) === lang); };
    offer();
    if (voice.addEventListener) voice.addEventListener('voiceschanged', offer);
    button.addEventListener('click', () => {
      const words = new SpeechSynthesisUtterance(document.getElementById(button.dataset.aloud).textContent);
      words.lang = document.documentElement.lang;
      voice.cancel();
      voice.speak(words);
    });
    addEventListener('pagehide', () => voice.cancel());
  });

  // data-select-all="name": one box ticks the others.
  each(document, '[data-select-all]', (box) => {
    box.hidden = false;
    if (box.parentNode) box.parentNode.hidden = false;
    box.addEventListener('change', () => each(document, '[name="' + box.dataset.selectAll + '"]', (b) => { b.checked = box.checked; }));
  });

  // data-slip: Enter goes to the next line of a wish slip, on the last it sends; Esc goes one back.
  each(document, 'form[data-slip]', (form) => {
    const lines = Array.from(form.querySelectorAll('.wish input')).filter((line) => line.type !== 'hidden');
    lines.forEach((line, n) => line.addEventListener('keydown', (e) => {
      const to = lines[n + (e.key === 'Enter' ? 1 : -1)];
      if ((e.key !== 'Enter' && e.key !== 'Escape') || !to) return;
      e.preventDefault();
      to.focus();
      to.select();
    }));
    if (lines[0] && !summary) lines[0].focus();
  });

  // A number stays with its unit, a day with its month.
  const whole = /\d+月\d+(?:—\d+)?日(?: 周[一二三四五六日])?|\d[\d,.:]* ?(?:个孩子|小时|分钟|[\u4e00-\u9fff])/g;
  each(document, 'h1,h2,h3,.lead,.strip b,.visit h2>.nb', (line) => Array.from(line.childNodes).forEach((text) => {
    if (text.nodeType !== 3 || line.dataset.finding !== undefined) return;
    let last = 0;
    const parts = [];
    text.data.replace(whole, (found, from) => {
      const kept = document.createElement('span');
      kept.className = 'nb';
      kept.textContent = found;
      parts.push(text.data.slice(last, from), kept);
      last = from + found.length;
    });
    if (last) text.replaceWith(...parts, text.data.slice(last));
  }));

  // data-of: a list in groups shows the group that another list names; all of them where that one names none.
  each(document, 'select[data-of]', (list) => {
    const of = list.form.elements[list.dataset.of];
    const show = () => {
      each(list, 'optgroup', (group) => {
        group.hidden = group.disabled = !!of.value && group.dataset.at !== of.value;
      });
      // What was chosen goes with its group.
      const on = list.selectedOptions[0];
      if (on && on.parentNode.disabled) list.value = '';
    };
    of.addEventListener('change', show);
    show();
  });

  // data-print: prints; without script the browser's own menu does.
  each(document, '[data-print]', (button) => {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  });

  // data-squeeze: pictures leave the phone small (phone.js).
  each(document, 'input[type=file][data-squeeze]', (input) => {
    let small = null;
    input.addEventListener('change', () => {
      small = null;
      if (!window.DataTransfer || !window.naheyaSqueeze || !input.files.length) return;
      const mine = small = Promise.all(Array.from(input.files, (file) => window.naheyaSqueeze(file))).then((files) => {
        // Others were chosen meanwhile.
        if (mine !== small) return;
        const bag = new DataTransfer();
        files.forEach((file) => bag.items.add(file));
        input.files = bag.files;
        // Nothing to wait for: the tap that sends them is not put off.
        small = null;
      });
    });
    // Sent sooner than an old phone has made them small: it goes when they are.
    input.form.addEventListener('submit', (e) => {
      const form = input.form;
      if (!small || !form.requestSubmit) return;
      e.preventDefault();
      // Not before phone.js is done with this tap: it takes a second one at once for a double tap.
      const go = () => { small = null; setTimeout(() => form.requestSubmit(e.submitter), 0); };
      small.then(go, go);
    });
  });
})();
