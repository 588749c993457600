// A weekend on phones without network: the code is shown and proved offline, the child is let go, fetched,
// written about and brought back; then the phones come back online and the server holds each act once,
// whatever the order and however often. On a demo of its own, because its clock moves.
import { copied, kept, open, packed, png, strange } from '../lib/phone.mjs';
import { startRelay } from '../lib/relay.mjs';
import { expect, signIn } from '../lib/test.mjs';
import { clock, later, nextVisit, send, test } from '../lib/weekend.mjs';

test.use({ story: 'phone' });
test.describe.configure({ timeout: 480_000 });

/** The instant of a moment of Asia/Shanghai. */
const instant = (at) => new Date(`${at}:00+08:00`);

async function cold(context, page, path) {
  await page.close();
  const fresh = await context.newPage();
  await open(fresh, path);
  return fresh;
}

const deliver = (page, acts) =>
  page.evaluate(async (acts) => {
    const body = JSON.stringify({ device: '00000000-0000-4000-8000-000000000007', sent: Date.now(), acts });
    const answer = await fetch('/phone/acts', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    return (await answer.json()).answers.map((a) => `${a.standing}${a.again ? ' again' : ''}`);
  }, acts);

test('a weekend without network @phone: code, release, pick-up, note, return, and everything once', async ({ banner, stranger, browser, contextOptions, sound, shot }) => {
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
    // As if the family had fetched them before: nobody waits, no button lets them go, and the right code does not either.
    await gate.evaluate(async () => {
      const p = window.naheyaPhone;
      const list = await p.bundle();
      list.gate.forEach((line) => { line.family = true; });
      await p.keep(list);
    });
    gate = await cold(phones.gate, gate, '/friday');
    await expect(gate.getByRole('heading', { level: 1 })).toHaveText('今天的孩子都接走了');
    await expect(gate.locator('.roll')).toContainText('家里人先接走了');
    await expect(gate.locator('.roll button:visible')).toHaveCount(0);
    await type(digits);
    await expect(gate.locator('.codebox .esum')).toContainText('家里人先接走了');
    await copied(gate, 'named', 'bundle');
    gate = await cold(phones.gate, gate, '/friday');
    const before = performance.now();
    await type(digits);
    await expect(gate.locator('.passing h1')).toBeVisible();
    console.log(`card after the sixth digit: ${Math.round(performance.now() - before)} ms with typing`);
    await sound(gate);
    await shot(gate, 'offline-card');
    await gate.getByRole('button', { name: '交给这个人' }).click();
    await expect(gate.locator('[data-acts]')).toContainText('存着');
    // The button is gone with its card: whoever hears the page goes on at the new heading.
    await expect(gate.getByRole('heading', { level: 1 })).toBeFocused();
    // Whom Sunday brings back is not missed on Friday, and the code there is asked of who brings it.
    await gate.evaluate(() => { location.hash = 'sunday'; });
    await expect(gate.getByRole('heading', { level: 1 })).toContainText('还没到时间');
    await expect(gate.locator('.codebox [data-s=back]')).toBeVisible();
    await gate.evaluate(() => { location.hash = 'friday'; });
    await expect(gate.locator('.codebox [data-s=out]')).toBeVisible();
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
    // A try from before the way was there may still be failing.
    await expect.poll(() => gate.evaluate(() => window.naheyaPhone.send())).toBe(true);
    await expect(gate.locator('[data-acts]')).toContainText('传到了');
    expect(await deliver(phone, acts)).toEqual(Array(5).fill('done again'));
    await expect.poll(() => phone.evaluate(() => window.naheyaPhone.send())).toBe(true);
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
