/** Signs in on the page as a person of the demo; the state can open further contexts. */
export async function signIn(page, person) {
  await page.goto('/sign-in');
  await page.locator('[name=login]').fill(person.login);
  await page.locator('[name=password]').fill(person.password);
  await page.locator('form:has([name=password]) button:not([type=button])').click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  return page.context().storageState();
}
