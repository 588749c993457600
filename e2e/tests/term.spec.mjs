// A term at once: planned in the office at a PC, agreed by volunteer and guardian on phones, asked for
// as stays; a school day moved afterwards shows the stays that no longer fit.
import { go } from '../lib/go.mjs';
import { expect } from '../lib/test.mjs';
import { test } from '../lib/weekend.mjs';

test.use({ story: 'term' });

const PC = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 } };

async function sent(page, button) {
  await go(page, button);
  await expect(page.locator('.esum')).toHaveCount(0);
}

/** The link and the code for the first guardian of a child, from the consents' page. */
async function link(office, consents) {
  await office.goto(consents);
  await sent(office, office.locator('form[action$="/consent-links"] button').first());
  const message = await office.locator('#consent-message').textContent();
  return { path: message.match(/\/c\/[a-z0-9]+/)[0], code: (await office.locator('.digits').textContent()).trim() };
}

test('a term is planned at a PC, agreed on two phones, and its stays are asked for (@desktop)', async ({ as, banner, stranger, sound, shot }) => {
  // The demo has asked for the last weekends of the term; the office asks for the next ones too.
  const mother = await as('volunteer', PHONE);
  await mother.goto('/home');
  const plan = await mother.locator('main a[href^="/terms/"]').first().getAttribute('href');
  const consents = `${await mother.locator('a[href^="/children/"]').first().getAttribute('href')}/consents`;
  await mother.goto('/stays/new');
  const ahead = await mother.locator('a[href^="/terms/new?pair="]').getAttribute('href');

  const office = await as('coordinator', PC);
  await office.goto('/terms');
  await sound(office);
  await shot(office, 'terms');
  await office.goto(ahead);
  await sound(office);
  await shot(office, 'term-new');
  const tiles = office.locator('input[name=weekend]:not([disabled])');
  await expect(office.locator('input[name=weekend]:checked')).toHaveCount(0);
  if ((await tiles.count()) > 0) {
    await tiles.first().check();
    await sent(office, office.getByRole('button', { name: '去问志愿者和家长' }));
    expect(new URL(office.url()).pathname).toBe(plan);
  } else {
    await office.goto(plan);
  }
  await sound(office);
  await shot(office, 'term-office');

  // The guardian by link, without an account and without script, agrees to the term and then to the days.
  const { path, code } = await link(office, consents);
  const parent = await stranger({ ...PHONE, javaScriptEnabled: false });
  await parent.goto(path);
  await parent.locator('[name=code]').fill(code);
  await sent(parent, parent.locator('main form button').last());
  await parent.goto(`${path}/3`);
  await expect(parent.locator('[name=answer]:checked')).toHaveCount(0);
  await parent.locator('[name=answer][value=year]').check();
  await sent(parent, parent.locator('main form button').last());
  await parent.goto(`${path}/end`);
  await go(parent, parent.locator(`a[href$="${plan}"]`));
  await expect(parent.locator('[name=out]:checked')).toHaveCount(0);
  const weekends = await parent.locator('[name=out]').count();
  await shot(parent, 'term-guardian');
  await sent(parent, parent.locator('button[name=answer][value=yes]'));

  // The volunteer takes one weekend out and says who is at home.
  await mother.goto('/home');
  await go(mother, mother.locator(`a[href="${plan}"]`));
  await mother.locator('[name=out]').first().check();
  await mother.locator('[name=adults]').first().check();
  await mother.locator('[name=going][value=no]').check();
  await sound(mother);
  await shot(mother, 'term-volunteer');
  await sent(mother, mother.locator('button[name=answer][value=yes]'));

  await office.goto(plan);
  await expect(office.locator('main a[href^="/stays/"]')).toHaveCount(weekends - 1);
  await shot(office, 'term-settled');

  // There is school on the Saturday of the last of them: the stay is listed, and stays where it was.
  const stay = await office.locator('main a[href^="/stays/"]').last().getAttribute('href');
  const days = await office.locator('main a[href^="/stays/"]').last().textContent();
  await office.goto('/schools');
  const schools = await office.locator('main a[href^="/schools/"]').evaluateAll((all) =>
    all.map((a) => a.getAttribute('href')).filter((href) => /[0-9a-f]{8}-/.test(href)),
  );
  const saturday = lastSaturday(days, banner.day);
  let listed = 0;
  for (const school of schools) {
    await office.goto(`${school}/calendar`);
    await office.locator('form[action$="/days"] [name=on_date]').fill(saturday);
    await office.locator('form[action$="/days"] [name=kind][value=open]').check();
    await office.locator('form[action$="/days"] [name=name]').fill('补课');
    await sent(office, office.locator('form[action$="/days"] button'));
    listed = await office.locator(`a[href="${stay}"]`).count();
    if (listed) break;
  }
  expect(listed).toBe(1);
  await sound(office);
  await shot(office, 'school-calendar-moved');
  await office.goto('/holidays');
  await sound(office);
  await shot(office, 'holidays');
});

/** `1月8—10日` or `1月29日—2月1日`, after the day `from`: the day before the last one. */
function lastSaturday(text, from) {
  const [, first, , second, last] = text.match(/(\d+)月(\d+)(?:日[^—]*)?—(?:(\d+)月)?(\d+)日/);
  const month = Number(second ?? first);
  const year = Number(from.slice(0, 4)) + (month < Number(from.slice(5, 7)) ? 1 : 0);
  return new Date(Date.UTC(year, month - 1, Number(last) - 1)).toISOString().slice(0, 10);
}

test('a guardian agrees to this weekend only and takes it back by the same link (@desktop)', async ({ as, stranger, sound, shot }) => {
  const office = await as('coordinator', PC);
  await office.goto('/children');
  const file = await office.locator('a[href^="/children/"]').evaluateAll((links) =>
    links.map((a) => a.getAttribute('href')).find((href) => /^\/children\/[0-9a-f-]{36}$/.test(href)),
  );
  const { path, code } = await link(office, `${file}/consents`);
  const phone = await stranger(PHONE);
  await phone.goto(path);
  await phone.locator('[name=code]').fill(code);
  await sent(phone, phone.locator('main form button').last());
  await phone.goto(`${path}/3`);
  await sound(phone);
  await shot(phone, 'consent-overnight');
  await phone.locator('[name=answer][value=weekend]').check();
  await sent(phone, phone.locator('main form button').last());
  await phone.goto(`${path}/end`);
  await go(phone, phone.locator(`a[href="${path}/3/withdrawal"]`));
  await sound(phone);
  await shot(phone, 'consent-withdrawal');
  await sent(phone, phone.locator('main form button').last());
  await expect(phone).toHaveURL(/\/end$/);
  await expect(phone.locator(`a[href="${path}/3/withdrawal"]`)).toHaveCount(0);
  await sound(phone);
  await shot(phone, 'consent-end-term');
});

test('what a guardian says by phone is written down by the office (@desktop)', async ({ as, sound, shot }) => {
  const office = await as('coordinator', PC);
  const links = (start) => office.locator(`main a[href^="${start}"]`).evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  await office.goto('/schools');
  for (const school of (await links('/schools/')).filter((href) => /^\/schools\/[0-9a-f-]{36}$/.test(href))) {
    await office.goto(`/terms/new?school=${school.split('/').pop()}`);
    if (await office.locator('input[name=weekend]:not([disabled])').count()) break;
  }
  await office.locator('input[name=weekend]:not([disabled])').first().check();
  await sent(office, office.getByRole('button', { name: '去问志愿者和家长' }));
  await office.goto('/terms');
  for (const plan of await links('/terms/')) {
    await office.goto(plan);
    if (await office.locator('a[href$="/record"]').count()) break;
  }
  await sent(office, office.locator('a[href$="/record"]'));
  await sound(office);
  await shot(office, 'term-record');
  // Nothing is chosen beforehand, and without a word on who and how nothing is kept.
  await go(office, office.locator('main form button[value=yes]'));
  await expect(office.locator('.esum')).toBeVisible();
  await office.locator('[name=guardian]').selectOption({ index: 1 });
  await office.locator('[name=how][value=phone]').check();
  await office.locator('[name=evidence]').fill('示例老师在旁边听见');
  await sent(office, office.locator('main form button[value=yes]'));
  await expect(office.getByText('示例老师在旁边听见')).toBeVisible();
  await expect(office.locator('a[href$="/record"]')).toHaveCount(0);
  await sound(office);
  await shot(office, 'term-recorded');
});
