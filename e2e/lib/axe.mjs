import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const GRAVE = ['serious', 'critical'];

/**
 * What axe finds grave on the page: WCAG 2.2 A and AA and its best practices, serious or critical.
 * @returns {Promise<string[]>} one line per finding with the places; empty when all is well
 */
export async function graveFindings(page) {
  // Through the debugger, so that the page's own content security policy stays as strict as it is.
  await page.evaluate(SOURCE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(globalThis.document, { resultTypes: ['violations'] }));
  return violations
    .filter((violation) => GRAVE.includes(violation.impact))
    .map((violation) => `${violation.id}: ${violation.help} at ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`);
}
