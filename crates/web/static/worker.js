// Naheya's worker: keeps scripts, style and one empty page, so that a phone role's pages open without
// network. It keeps no answer that could hold a person.
'use strict';
const FILES = ['/phone', 'KEPT'];
const NAME = 'naheya ' + FILES.join(' ');
const PATIENCE = 6000;
// The addresses to which the page without network has an answer of its own.
const OURS = /^\/($|(start|home|friday|sunday)$|stays\/[^.]*$|concerns)/;

self.addEventListener('install', (e) => {
  e.waitUntil(caches.open(NAME).then((cache) => Promise.all(FILES.map((path) => {
    // Without the session: the page is the same for everybody. The rest has just come with the page: no bad road carries it twice.
    const ask = path === '/phone' ? new Request(path, { credentials: 'omit', cache: 'no-cache' }) : new Request(path);
    return fetch(ask).then((answer) => { if (!answer.ok || answer.redirected) throw new Error(path); return cache.put(path, answer); });
  }))).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (e) => {
  e.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

// A store that does not open is an empty one.
const kept = (path) => caches.open(NAME).then((cache) => cache.match(path)).catch(() => undefined);

// One of these that does not come within six seconds is as good as no network, and so is the word of a proxy that the server
// is away: the digits are needed at the gate also while it restarts. Files and long lists are waited for.
const page = (request, path) => new Promise((done, fail) => {
  const ours = OURS.test(path);
  const timer = ours && setTimeout(fail, PATIENCE);
  fetch(request).then((answer) => {
    clearTimeout(timer);
    (ours && answer.status > 501 && answer.status < 505 ? fail : done)(answer);
  }, () => fail());
}).catch((answer) => kept('/phone').then((frame) => frame || answer || Response.error()));

self.addEventListener('fetch', (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== 'GET' || url.origin !== location.origin) return;
  if (e.request.mode === 'navigate') e.respondWith(page(e.request, url.pathname));
  else if (FILES.indexOf(url.pathname) > 0) e.respondWith(kept(url.pathname).then((found) => found || fetch(e.request)));
});
