// How a test goes on to the next page: whatever leads there is done only when somebody waits for the page already, and the
// page has come with its scripts before anything is done on it.

/** Presses what leads on and waits for the next page. */
export const go = (page, target) => Promise.all([page.waitForNavigation(), target.click()]);

/** As `go`, by a key on what has the focus. */
export const goByKey = (page, key) => Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
