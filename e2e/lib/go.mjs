// How a test goes on to the next page: it waits for the page before it does what leads there, and does nothing on the page
// until that has come with its scripts.

/** Presses what leads on and waits for the next page. */
export const go = (page, target) => Promise.all([page.waitForNavigation(), target.click()]);

/** As `go`, by a key on what has the focus. */
export const goByKey = (page, key) => Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
