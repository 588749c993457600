// A volunteer's home on a bad road: Chromium held to 400 ms a round trip and 50 kB/s, nothing cached.
// Prints `name<TAB>number` lines; `cargo xtask bench home` puts them beside their goals.
import { chromium } from '@playwright/test';
import { chromium as system } from '../lib/chromium.mjs';
import { signIn } from '../lib/sign-in.mjs';
import { startBanner } from '../lib/banner.mjs';

const ROUNDS = 5;
const SLOW = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };

const banner = await startBanner();
const browser = await chromium.launch({ executablePath: system(), args: ['--no-sandbox', '--disable-gpu'] });
const phone = { baseURL: banner.origin, viewport: { width: 390, height: 844 }, hasTouch: true, locale: 'zh-CN' };

/** Loads the home once with an empty cache: bytes that came, and until when the first button could be tapped. */
async function load(storageState, javaScriptEnabled) {
  const context = await browser.newContext({ ...phone, storageState, javaScriptEnabled });
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  await wire.send('Network.enable');
  await wire.send('Network.emulateNetworkConditions', SLOW);
  let bytes = 0;
  wire.on('Network.loadingFinished', (done) => {
    bytes += done.encodedDataLength;
  });
  const begun = performance.now();
  await page.goto('/home', { waitUntil: 'domcontentloaded' });
  await page.locator('main h1').waitFor();
  const painted = javaScriptEnabled ? await page.evaluate(firstPaint) : 0;
  const usable = Math.max(performance.now() - begun, painted);
  await page.waitForLoadState('load');
  await page.waitForLoadState('networkidle');
  await context.close();
  return { bytes, usable };
}

function firstPaint() {
  const found = () => performance.getEntriesByName('first-contentful-paint').at(0)?.startTime;
  return new Promise((resolve) => {
    if (found()) resolve(found());
    else new PerformanceObserver(() => found() && resolve(found())).observe({ type: 'paint', buffered: true });
  });
}

const context = await browser.newContext(phone);
const state = await signIn(await context.newPage(), banner.person('volunteer'));
await load(state, true);
const middle = (numbers) => numbers.toSorted((a, b) => a - b).at(Math.floor(numbers.length / 2));
for (const [name, script] of [['with script', true], ['without script', false]]) {
  const rounds = [];
  for (let n = 0; n < ROUNDS; n += 1) rounds.push(await load(state, script));
  console.log(`${name}: bytes\t${Math.max(...rounds.map((round) => round.bytes))}`);
  console.log(`${name}: milliseconds\t${middle(rounds.map((round) => round.usable)).toFixed(0)}`);
}
await browser.close();
await banner.stop();
