// The first day on a real server: the set-up page, the leader's slip with a new password, the second factor with the password
// said again, recovery codes, and a new set of them. On a program of its own, in which nobody has an account yet.
import { createHmac } from 'node:crypto';
import { go } from '../lib/go.mjs';
import { startServed } from '../lib/served.mjs';
import { expect, test as base } from '../lib/test.mjs';
import { send } from '../lib/weekend.mjs';

const test = base.extend({
  banner: async ({}, use) => {
    const served = await startServed();
    await use(served);
    await served.stop();
  },
});

const PASSWORD = 'three horses drink';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The six digits that an app shows now for a secret in base 32 (RFC 6238). */
function digitsOf(secret) {
  const bits = [...secret.replace(/\s/g, '')].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const turn = Buffer.alloc(8);
  turn.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac('sha1', key).update(turn).digest();
  const at = hash[hash.length - 1] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const codes = (page) => page.locator('.codes code').allTextContents();

test('from the set-up address to recovery codes, and a new set of them', async ({ banner, stranger, sound, hittable, shot }) => {
  const page = await stranger();
  let slip;
  await test.step('the set-up page', async () => {
    await page.goto(banner.setUp);
    await sound(page);
    await hittable(page);
    await shot(page, 'first-set-up');
    for (const [name, words] of [['county', '150825'], ['name', '样例管理'], ['login', 'it'], ['password', PASSWORD], ['again', PASSWORD], ['leader_name', '样例负责'], ['leader_login', 'leader']]) {
      await page.locator(`[name=${name}]`).fill(words);
    }
    await send(page, '/set-up');
    slip = (await page.locator('.fact--code code, .copybox code, #slip-code').first().textContent()).trim();
    await sound(page);
    await shot(page, 'first-set-up-done');
  });

  const bind = async (at, who) => {
    const secret = await at.locator('#secret').textContent();
    await sound(at);
    await shot(at, `first-${who}-app`);
    await at.locator('[name=digits]').fill(digitsOf(secret));
    await send(at, '/second-factor');
    await expect(at.locator('.codes code')).toHaveCount(10);
    const broken = await at.locator('.codes code').evaluateAll((all) => all.filter((code) => code.getClientRects().length > 1).length);
    expect(broken, 'codes that are broken in two').toBe(0);
    await sound(at);
    await shot(at, `first-${who}-codes`);
    await at.emulateMedia({ media: 'print' });
    await expect(at.locator('.codes code').first()).toBeVisible();
    await expect(at.locator('main .btn:visible')).toHaveCount(0);
    await shot(at, `first-${who}-codes-paper`);
    await at.emulateMedia({ media: 'screen' });
    const ten = await codes(at);
    await go(at, at.locator('main a.btn').first());
    return ten;
  };

  await test.step('the administrator binds an app', async () => {
    await go(page, page.getByRole('link', { name: '绑定验证器' }));
    await bind(page, 'admin');
  });

  const bySlip = async (code) => {
    const at = await stranger();
    await at.goto('/slip');
    await at.locator('[name=code]').fill(code);
    await send(at, '/slip');
    await at.locator('[name=password]').fill(PASSWORD);
    await at.locator('[name=again]').fill(PASSWORD);
    await send(at, '/slip');
    return at;
  };

  let leader;
  await test.step('the leader, by slip', async () => {
    leader = await bySlip(slip);
    const ten = await bind(leader, 'leader');
    await shot(leader, 'first-leader-today');
    await leader.goto('/me');
    await leader.locator('[name=digits]').fill('AAAAA-AAAAA');
    await go(leader, leader.locator('form[action="/me/recovery-codes"] button'));
    await expect(leader.locator('.esum')).toBeVisible();
    await sound(leader);
    await shot(leader, 'first-leader-me');
    await leader.locator('[name=digits]').fill(ten[3]);
    await send(leader, '/me/recovery-codes');
    await expect(leader.locator('.codes code')).toHaveCount(10);
    expect(await codes(leader)).not.toContain(ten[4]);
    await sound(leader);
    await shot(leader, 'first-leader-new-codes');
  });

  await test.step('a child director, who signs in without a second factor, says the password before she binds one', async () => {
    await leader.goto('/accounts/new');
    await leader.locator('[name=name]').fill('样例主任');
    await leader.locator('[name=login]').fill('zhuren');
    await leader.locator('[name=role]').selectOption('town_worker');
    await leader.locator('[name=place]').selectOption({ index: (await leader.locator('[name=place] option').count()) - 1 });
    await send(leader, '/accounts');
    await send(leader, `${new URL(leader.url()).pathname}/slips`);
    const worker = await bySlip((await leader.locator('#slip-code').textContent()).trim());
    await worker.goto('/break-glasses/new');
    await sound(worker);
    await shot(worker, 'first-worker-break-glass');
    await go(worker, worker.locator('main a[href^="/second-factor"]'));
    await sound(worker);
    await hittable(worker);
    await shot(worker, 'first-worker-password');
    await worker.locator('[name=password]').fill('three horses sleep');
    await go(worker, worker.locator('form[action="/second-factor"] button'));
    await expect(worker.locator('.esum')).toBeVisible();
    await sound(worker);
    await shot(worker, 'first-worker-password-wrong');
    await worker.locator('[name=password]').fill(PASSWORD);
    await send(worker, '/second-factor');
    await bind(worker, 'worker');
    await expect(worker).toHaveURL(/\/break-glasses\/new$/);
    await expect(worker.locator('main a[href^="/second-factor"]')).toHaveCount(0);
    await shot(worker, 'first-worker-bound');
  });
});
