// A guardian far away: the link that the school makes, five questions, no account and no script; the
// guardian's own pages; a yes taken back.
import { go } from '../lib/go.mjs';
import { test, expect } from '../lib/test.mjs';

/** A child of the county whose file has somebody to ask. */
async function consents(page) {
  await page.goto('/children');
  const file = await page.locator('a[href^="/children/"]').evaluateAll((links) =>
    links.map((a) => a.getAttribute('href')).find((href) => /^\/children\/[0-9a-f-]{36}$/.test(href)),
  );
  await page.goto(`${file}/consents`);
}

/** The link and the code, as the school reads them. */
async function link(page) {
  await consents(page);
  await go(page, page.locator('form[action$="/consent-links"] button').first());
  const message = await page.locator('#consent-message').textContent();
  const address = message.match(/https?:\/\/\S+\/c\/[a-z0-9]+/)[0];
  return { path: new URL(address).pathname, code: (await page.locator('.digits').textContent()).trim(), message };
}

async function answerAll(phone, { path, code }, look = async () => {}) {
  await phone.goto(path);
  await look(phone, 'consent-code');
  await phone.locator('[name=code]').fill(code);
  await phone.locator('main form button').last().click();
  await expect(phone).toHaveURL(/\/c\/[a-z0-9]+\/([1-5]|end)$/);
  // Whoever has answered on paper before comes in later; here the guardian goes through all of them.
  await phone.goto(`${path}/1`);
  for (let n = 1; n <= 5; n += 1) {
    await expect(phone).toHaveURL(new RegExp(`/c/[a-z0-9]+/${n}$`));
    await expect(phone.locator('[name=answer]:checked')).toHaveCount(0);
    if (n === 4) await look(phone, 'consent');
    await phone.locator(`[name=answer][value=${n === 4 ? 'no' : 'year'}]`).check();
    await phone.locator('main form button').last().click();
  }
  await expect(phone).toHaveURL(/\/end$/);
}

test('a guardian answers by link and code and is told what comes next', async ({ as, stranger, sound, shot }) => {
  const school = await as('coordinator');
  const made = await link(school);
  await sound(school);
  await shot(school, 'consent-link');
  const phone = await stranger();
  await answerAll(phone, made, async (page, name) => {
    await sound(page);
    await shot(page, name);
  });
  await expect(phone.getByRole('heading', { level: 1 })).toContainText('都记下了');
  await sound(phone);
  await shot(phone, 'consent-end');
  await consents(school);
  await expect(school.getByText('自己在手机上答的').first()).toBeVisible();
  await sound(school);
  await shot(school, 'consents');
});

test('the same without script', async ({ as, stranger }) => {
  const made = await link(await as('coordinator'));
  const phone = await stranger({ javaScriptEnabled: false });
  await answerAll(phone, made);
  await expect(phone.getByRole('heading', { level: 1 })).toContainText('都记下了');
  await phone.locator('main a[href$="/4"]').click();
  await expect(phone.getByText('您答过：不同意。')).toBeVisible();
});

test('a link that opens nothing says what to do', async ({ stranger, sound, shot }) => {
  const phone = await stranger();
  const answer = await phone.goto('/c/aaaaaaaaaaaaaaaaaaaaaaaaaa');
  expect(answer.status()).toBe(404);
  await expect(phone.getByText('请打电话给班主任')).toBeVisible();
  await sound(phone);
  await shot(phone, 'consent-dead');
});

test('the guardian reads the weekends, says thanks, and sees consents and looks', async ({ as, sound, shot }) => {
  const phone = await as('guardian');
  await phone.goto('/family');
  await sound(phone);
  await shot(phone, 'family');
  // What was done together is told in words.
  for (const word of await phone.locator('.chip').allTextContents()) expect(word).toMatch(/\p{Script=Han}{2,}/u);
  const thanks = phone.locator('form[action$="/thanks"] button').first();
  if ((await thanks.count()) > 0) {
    await thanks.click();
    await expect(phone.getByText('谢谢带到了')).toBeVisible();
    await expect(phone.getByText('您说过谢谢').first()).toBeVisible();
  }
  for (const [path, name] of [['/family/consents', 'family-consents'], ['/family/looks', 'family-looks']]) {
    await phone.goto(path);
    await sound(phone);
    await shot(phone, name);
  }
});
