import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The system's browser: NAHEYA_CHROMIUM, else the first of the usual names on PATH. */
export function chromium() {
  const named = process.env.NAHEYA_CHROMIUM;
  if (named) return named;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
  if (!found) throw new Error('Chromium is missing -> install it, or name it in NAHEYA_CHROMIUM');
  return found;
}
