// Comfort for the office: a list kept under a name, and two people who change one record.
import { go, goByKey } from '../lib/go.mjs';
import { test, expect } from '../lib/test.mjs';

const tab = (page, name) => page.locator('.tabs a.own', { hasText: name });

test('a filtered list is kept, opens first, is found by Ctrl K, put in order and taken away with a way back', async ({ as, sound, hittable, shot }, info) => {
  const page = await as('coordinator');
  const name = `等着的${info.project.name}`;
  await page.goto('/children?view=waiting');
  await page.getByText('存成我的视图').click();
  await page.locator('.keepview [name=name]').fill(name);
  await page.locator('.keepview [name=opens]').check();
  await sound(page);
  await shot(page, 'view-keep');
  await go(page, page.locator('.keepview button'));
  await expect(page).toHaveURL(/\/children\?saved=[0-9a-f-]+$/);
  await expect(tab(page, name)).toHaveAttribute('aria-current', 'true');
  await sound(page);
  await hittable(page);
  await shot(page, 'view-list');
  await page.goto('/children');
  await expect(tab(page, name)).toHaveAttribute('aria-current', 'true');
  await go(page, page.locator('.tabs a').first());
  await expect(tab(page, name)).not.toHaveAttribute('aria-current', 'true');

  await page.keyboard.press('Control+k');
  await page.keyboard.type(name);
  // The page one leaves has the name too.
  await goByKey(page, 'Enter');
  await expect(page.locator('main')).toContainText(name);

  await page.goto('/saved-views');
  await sound(page);
  await hittable(page);
  await shot(page, 'view-order');
  await go(page, page.getByRole('button', { name: `去掉 ${name}` }));
  await expect(page.locator('main .cells')).toHaveCount(0);
  await go(page, page.locator('.toast button'));
  await expect(page.locator('.ownviews')).toContainText(name);
  await go(page, page.getByRole('button', { name: `去掉 ${name}` }));
});

test('a change can still be taken back by whoever needs longer than ten seconds to find the way @desktop', async ({ as }) => {
  const page = await as('coordinator');
  await page.clock.install();
  await page.goto('/children?view=waiting');
  await page.getByText('存成我的视图').click();
  await page.locator('.keepview [name=name]').fill('慢慢看的');
  await go(page, page.locator('.keepview button'));
  const drop = page.getByRole('button', { name: '去掉 慢慢看的' });
  await page.goto('/saved-views');
  await go(page, drop);
  await page.clock.fastForward(60_000);
  await go(page, page.locator('.toast button'));
  await expect(page.locator('.ownviews')).toContainText('慢慢看的');
  await go(page, drop);
});

test('a view is kept without script', async ({ as }, info) => {
  const page = await as('leader', { javaScriptEnabled: false });
  const name = `没脚本${info.project.name}`;
  await page.goto('/pairs?state=active');
  await page.locator('.keepview summary').click();
  await page.locator('.keepview [name=name]').fill(name);
  await page.locator('.keepview button').click();
  await expect(tab(page, name)).toHaveAttribute('aria-current', 'true');
});

for (const script of [true, false]) {
  test(`two people change one child's file: what does not clash is joined, the rest is chosen${script ? '' : ', without script'}`, async ({ as, sound, hittable, shot }, info) => {
    const mine = await as('coordinator', { javaScriptEnabled: script });
    const other = await as('leader');
    await mine.goto('/children?view=paired');
    const at = info.project.name === 'phone' ? 3 : 1;
    const file = await mine.locator('a.who').nth(script ? at : at + 1).getAttribute('href');
    await mine.goto(`${file}/edit`);
    await other.goto(`${file}/edit`);
    await other.locator('[name=vital]').fill('花生过敏，药换了新的，在生活老师那里。');
    await other.locator('[name=likes]').fill('画画');
    await go(other, other.getByRole('button', { name: '存好' }));
    await mine.locator('[name=vital]').fill('花生过敏，药在书包外侧口袋。');
    await mine.locator('[name=address]').fill('示例街 1 号');
    await mine.getByRole('button', { name: '存好' }).click();
    await expect(mine.locator('.esum')).toContainText('您写的时候，这里有人也改了');
    await expect(mine.locator('.diff')).toHaveCount(1);
    await expect(mine.locator('.diff mark').first()).toContainText('在书包外侧口袋');
    await expect(mine.locator('[name=likes]')).toHaveValue('画画');
    await expect(mine.locator('[name=address]')).toHaveValue('示例街 1 号');
    if (script) {
      await sound(mine);
      await hittable(mine);
      await shot(mine, 'clash');
    }
    await mine.locator('[name="take.vital"][value=both]').check();
    await mine.getByRole('button', { name: '存好' }).click();
    await expect(mine).toHaveURL(new RegExp(`${file}$`));
    await expect(mine.locator('main')).toContainText('在书包外侧口袋');
    await expect(mine.locator('main')).toContainText('在生活老师那里');
  });
}
