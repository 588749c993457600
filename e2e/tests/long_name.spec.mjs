// A long name in the lists of the office: it takes the lines it needs, and what stands below it moves down.
import { test, expect } from '../lib/test.mjs';

const LONG = '阿拉坦其其格乌云高娃苏布德格日勒'.repeat(4).slice(0, 60);

/** In the page: gives everybody of a list this name, and says below whom words lie under it. */
function lain(long) {
  const box = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getBoundingClientRect();
  };
  const names = [...document.querySelectorAll('main a.who')].filter((name) => name.nextElementSibling?.textContent.trim());
  if (names.length === 0) return ['nobody is in this list'];
  for (const name of names) name.textContent = long;
  return names.filter((name) => box(name).bottom > box(name.nextElementSibling).top + 2).map((name) => name.nextElementSibling.textContent);
}

for (const path of ['/children', '/volunteers', '/accounts']) {
  test(`a name of sixty letters has room in ${path} (@desktop)`, async ({ as }) => {
    const page = await as('coordinator');
    await page.goto(path);
    expect(await page.evaluate(lain, LONG)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
  });
}
