// Two siblings in one stay: asked for together, let go by one code on the teacher's phone, and back by one code.
// On a demo of its own, because its clock moves.
import { go } from '../lib/go.mjs';
import { expect, signIn } from '../lib/test.mjs';
import { clock, later, send, test } from '../lib/weekend.mjs';

test.use({ story: 'siblings' });

const PC = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, serviceWorkers: 'block' };
const PASSWORD = 'three horses drink';
const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/;

/** A home with two children: its name, the pairs' pages. */
async function homeOfTwo(office) {
  const homes = new Map();
  for (let list = '/pairs?state=active'; list; ) {
    await office.goto(list);
    const rows = await office.locator('main tbody tr').evaluateAll((all) =>
      all.map((row) => [row.cells[1].innerText.trim(), row.querySelector('a').getAttribute('href')]));
    for (const [home, pair] of rows) homes.set(home, [...(homes.get(home) ?? []), pair]);
    const next = office.locator('a[rel=next]');
    list = (await next.count()) ? await next.getAttribute('href') : null;
  }
  return [...homes].find(([, pairs]) => pairs.length === 2);
}

/** The text of what is chosen in a list. */
const chosen = (page, name) => page.locator(`[name=${name}]`).evaluate((select) => select.selectedOptions[0].textContent);

test('two siblings go by one code on the teacher’s phone and come back by one (@desktop)', async ({ as, banner, stranger, sound, hittable, shot }) => {
  test.setTimeout(480_000);
  const office = await as('coordinator', PC);
  const known = await as('volunteer', PHONE);
  const [home, pairs] = await homeOfTwo(office);

  const children = [];
  await test.step('both are in the teacher’s class', async () => {
    await office.goto(`${await known.locator('a[href^="/children/"]').first().getAttribute('href')}/edit`);
    const [school, room] = [await chosen(office, 'school_id'), await chosen(office, 'class_id')];
    for (const pair of pairs) {
      await office.goto(pair);
      const child = await office.locator('main a[href^="/children/"]').first().getAttribute('href');
      await office.goto(`${child}/edit`);
      children.push(await office.locator('[name=name]').inputValue());
      await office.locator('[name=school_id]').selectOption({ label: school });
      await office.locator('[name=class_id]').selectOption({ label: room });
      await send(office, child);
    }
  });

  let mother;
  await test.step('their weekend mother signs in by a new slip', async () => {
    await office.goto('/accounts?view=volunteers');
    await office.locator('form[action="/accounts/search"] [name=q]').fill(home);
    await expect(office.locator('main').getByRole('link', { name: home }).first()).toBeVisible();
    await office.goto(await office.locator('main').getByRole('link', { name: home }).first().getAttribute('href'));
    await send(office, `${new URL(office.url()).pathname}/slips`);
    const code = (await office.locator('#slip-code').textContent()).trim();
    mother = await stranger(PHONE);
    await mother.goto('/slip');
    await mother.locator('[name=code]').fill(code);
    await send(mother, '/slip');
    await mother.locator('[name=password]').fill(PASSWORD);
    await mother.locator('[name=again]').fill(PASSWORD);
    await send(mother, '/slip');
  });

  let starts;
  let ends;
  await test.step('she asks for both at once', async () => {
    await mother.goto('/stays/new');
    for (const name of children) await mother.getByLabel(name).check();
    const tile = mother.locator('[name=weekend]').first();
    [starts, ends] = (await tile.getAttribute('value')).split('/');
    await tile.check();
    await mother.locator('[name=adults]').first().check();
    await mother.locator('[name=going][value=no]').check();
    await sound(mother);
    await shot(mother, 'siblings-request');
    await send(mother, '/stays');
    await shot(mother, 'siblings-requested');
  });

  const gate = await as('class_teacher', PHONE);
  const stays = [];
  await test.step('the teacher asks each of them and says yes, the office approves', async () => {
    for (const name of children) {
      await gate.goto('/friday');
      // The story of the day may have a weekend of theirs that was asked about before.
      const open = gate.locator('[name=wish]:visible');
      const line = gate.locator('.asked li').filter({ hasText: name }).filter({ has: open }).first();
      const stay = (await line.locator('form[action$="/wish"]').first().getAttribute('action')).match(UUID)[0];
      stays.push(`/stays/${stay}`);
      await gate.locator(`form[action="/stays/${stay}/wish"] [value=yes]`).check();
      await gate.locator(`form[action="/stays/${stay}/wish"] [name=alone]`).check();
      await send(gate, `/stays/${stay}/wish`);
      await send(gate, `/stays/${stay}/endorsement`, '可以去');
    }
    for (const stay of stays) {
      await office.goto(stay);
      await shot(office, 'siblings-approve');
      await send(office, `${stay}/approval`);
    }
  });

  const code = async (stay) => {
    await mother.goto(`${stay}/code`);
    return (await mother.locator('.code b').allTextContents()).join('');
  };
  await test.step('Friday: one code, both cards; nobody is let go without being named', async () => {
    await clock(await stranger(), later(starts, -20));
    await mother.goto('/home');
    await sound(mother);
    await shot(mother, 'siblings-home');
    const digits = await code(stays[0]);
    expect(await code(stays[1])).toBe(digits);
    await gate.goto('/friday');
    await gate.locator('[name=code]').fill(digits);
    await send(gate, '/friday/code');
    for (const name of children) await expect(gate.locator('.passing').filter({ hasText: name })).toHaveCount(1);
    await sound(gate);
    await hittable(gate);
    await shot(gate, 'siblings-card');
    await go(gate, gate.locator('form[action="/releases"] button'));
    await expect(gate.locator('.esum')).toBeVisible();
    await sound(gate);
    await shot(gate, 'siblings-card-nobody');
    for (const name of children) await gate.getByLabel(name).check();
    await send(gate, '/releases');
    await expect(gate.locator('main')).toContainText('2');
    await sound(gate);
    await shot(gate, 'siblings-released');
  });

  await test.step('home with both, and back', async () => {
    await mother.goto('/home');
    await shot(mother, 'siblings-away');
    for (const stay of stays) {
      for (const words of ['我接到孩子了', '我们到家了']) {
        await mother.goto('/home');
        const form = mother.locator(`form[action="${stay}/report"]`);
        if ((await form.count()) && (await form.getByRole('button', { name: words }).count())) await send(mother, `${stay}/report`, words);
      }
    }
    await clock(await stranger(), later(ends, -10));
    const digits = await code(stays[0]);
    await gate.goto('/sunday');
    await shot(gate, 'siblings-sunday');
    await gate.locator('[name=code]').fill(digits);
    await send(gate, '/sunday/code');
    for (const name of children) await expect(gate.locator('main')).toContainText(name);
    await sound(gate);
    await shot(gate, 'siblings-back');
  });
});
