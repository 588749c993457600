// Shows that the harness itself can see a fault, so that a green run means something.
import { createServer } from 'node:http';
import { test as base, expect } from '../lib/test.mjs';

const GOOD = '<!doctype html><html lang="zh-Hans"><title>页</title><main><h1>一页</h1><p>这一页上有几个字</p></main></html>';
const PALE = GOOD.replace('<p>', '<p style="color:#bbb;background:#fff">');
const SMALL = GOOD.replace('<p>', '<p><button style="width:40px;height:44px;padding:0">好</button></p><p>');
const WIDE = GOOD.replace('<p>', '<p style="width:3000px">');

const test = base.extend({
  // A page server in place of the demo.
  banner: [
    async ({}, use) => {
      const server = createServer((request, response) => answer(request.url, response));
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      await use({ origin: `http://127.0.0.1:${server.address().port}` });
      server.closeAllConnections();
      server.close();
    },
    { scope: 'worker' },
  ],
});

function answer(url, response) {
  const pages = { '/good': GOOD, '/pale': PALE, '/wide': WIDE, '/small': SMALL };
  response.writeHead(pages[url] ? 200 : 404, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(pages[url] ?? GOOD);
}

test('a sound page passes at the width of its screen', async ({ stranger, sound, shot }, info) => {
  const page = await stranger();
  await page.goto('/good');
  await sound(page);
  await shot(page, 'harness');
  expect(await page.evaluate(() => innerWidth)).toBe(info.project.use.viewport.width);
});

test('pale text is found @desktop', async ({ stranger, sound }) => {
  const page = await stranger();
  await page.goto('/pale');
  await expect(sound(page)).rejects.toThrow(/color-contrast/);
});

test('a page wider than the screen is found', async ({ stranger, sound }) => {
  const page = await stranger();
  await page.goto('/wide');
  await expect(sound(page)).rejects.toThrow(/wider than the screen/);
});

test('without script nothing of a page runs @desktop', async ({ stranger }) => {
  const page = await stranger({ javaScriptEnabled: false });
  await page.setContent('<p id="said">no</p><script>document.getElementById("said").textContent = "yes"</script>');
  await expect(page.locator('#said')).toHaveText('no');
});

test('a button that a finger misses is found, a link inside a sentence is none', async ({ stranger, hittable }) => {
  const page = await stranger();
  await page.goto('/small');
  await expect(hittable(page)).rejects.toThrow(/40 x 44/);
  await page.setContent('<html><p>一句话里有<a href="/x">一个链接</a>，后面还有字</p></html>');
  await hittable(page);
});
