import { test as base, expect } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { graveFindings } from './axe.mjs';
import { startBanner } from './banner.mjs';
import { signIn } from './sign-in.mjs';
import { smallTargets } from './targets.mjs';

export { expect, signIn };

const SCRIPTLESS = new WeakSet();
const SHOTS = fileURLToPath(new URL('../shots/', import.meta.url));

/**
 * What every test of pages gets:
 * - `banner`: a running demo, one for each worker;
 * - `as(role)`: a page on which that role has signed in (`as('volunteer', { javaScriptEnabled: false })` without script);
 * - `stranger(options)`: a page on which nobody has signed in;
 * - `sound(page)`: fails on anything grave that axe finds and on sideways scrolling; needs a page with script, as axe does;
 * - `hittable(page)`: fails on a target below 44 px, or below 60 in large type, which it puts on and off again;
 * - `shot(page, name)`: a picture in e2e/shots.
 * Any page error, answer of 500 or above, or request to another host fails the test by itself.
 */
export const test = base.extend({
  banner: [
    async ({}, use) => {
      const banner = await startBanner();
      await use(banner);
      await banner.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],

  sessions: [async ({}, use) => use(new Map()), { scope: 'worker' }],

  watch: async ({}, use) => {
    const faults = [];
    await use((page, origin) => watchPage(page, origin, faults));
    expect(faults, 'faults seen while the test ran').toEqual([]);
  },

  stranger: async ({ browser, banner, watch, contextOptions }, use) => {
    const contexts = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ ...contextOptions, baseURL: banner.origin, ...options });
      contexts.push(context);
      const page = await context.newPage();
      if (options.javaScriptEnabled === false) SCRIPTLESS.add(page);
      watch(page, options.baseURL ?? banner.origin);
      return page;
    });
    await Promise.all(contexts.map((context) => context.close()));
  },

  as: async ({ banner, sessions, stranger }, use) => {
    await use(async (role, options = {}) => {
      if (!sessions.has(role)) sessions.set(role, await signIn(await stranger(), banner.person(role)));
      const page = await stranger({ storageState: sessions.get(role), ...options });
      await page.goto(banner.person(role).url);
      return page;
    });
  },

  sound: async ({}, use) => {
    await use(async (page) => {
      await page.waitForLoadState();
      if (SCRIPTLESS.has(page)) throw new Error('axe cannot look at a page without script; look at the same page with script');
      expect(await graveFindings(page), `axe on ${page.url()}`).toEqual([]);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wider, `${page.url()} is wider than the screen by so many pixels`).toBeLessThanOrEqual(0);
    });
  },

  hittable: async ({}, use) => {
    await use(async (page) => {
      await page.waitForLoadState();
      expect(await smallTargets(page, 44), `targets on ${page.url()}`).toEqual([]);
      const size = await page.evaluate(() => globalThis.document.documentElement.dataset.size ?? '');
      await inSize(page, 'large');
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wider, `${page.url()} in large type is wider than the screen by so many pixels`).toBeLessThanOrEqual(0);
      expect(await smallTargets(page, 60), `targets in large type on ${page.url()}`).toEqual([]);
      await inSize(page, size);
    });
  },

  shot: async ({}, use, testInfo) => {
    await use(async (page, name) => {
      mkdirSync(SHOTS, { recursive: true });
      await page.waitForLoadState();
      await page.screenshot({ path: `${SHOTS}${name}-${testInfo.project.use.viewport.width}.png`, fullPage: true });
    });
  },
});

function inSize(page, size) {
  return page.evaluate((size) => {
    globalThis.document.documentElement.dataset.size = size;
  }, size);
}

function watchPage(page, origin, faults) {
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('response', (response) => {
    // What a test's own proxy answers in the server's place is no fault of the server.
    if (response.status() >= 500 && !response.headers()['x-relay']) faults.push(`${response.status()} from ${response.url()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (/^https?:/.test(url) && !url.startsWith(`${origin}/`)) faults.push(`asked another host: ${url}`);
  });
}
