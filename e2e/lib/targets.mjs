/**
 * What a finger must hit and is too small for it: links, buttons, fields and summaries that stand alone.
 * A link inside a sentence is left out, and so is a box inside its label, since the whole label is hit.
 * @param {number} least pixels, across and down
 * @returns {Promise<string[]>} one line for each that is smaller; empty when all is well
 */
export async function smallTargets(page, least) {
  return page.evaluate((least) => {
    const shown = (el) => el.checkVisibility({ visibilityProperty: true }) && el.getClientRects().length > 0 && !el.closest('.vh, .skip');
    const boxed = (el) => (/^(checkbox|radio)$/.test(el.type) && el.closest('label')) || el;
    const words = (node) => node.nodeType === Node.TEXT_NODE && /[\p{L}\p{N}]/u.test(node.textContent);
    // Words of the same block that are not themselves a target: then the link is part of a sentence.
    const inSentence = (el) => {
      if (el.tagName !== 'A' || getComputedStyle(el).display !== 'inline') return false;
      let block = el.parentElement;
      while (getComputedStyle(block).display === 'inline') block = block.parentElement;
      const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (words(node) && !node.parentElement.closest('a, button, summary, label')) return true;
      }
      return false;
    };
    const found = new Map();
    for (const el of document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden])')) {
      const target = boxed(el);
      if (!shown(target) || inSentence(el)) continue;
      // A link that fills its row may be hit anywhere in the row.
      const box = target.getBoundingClientRect();
      if (box.width + 0.5 >= least && box.height + 0.5 >= least) continue;
      const name = `${target.tagName.toLowerCase()}${target.className ? `.${String(target.className).trim().split(/\s+/).join('.')}` : ''}`;
      const where = target.parentElement.closest('[class]')?.className ?? '';
      found.set(`${name} in ${where}`, `${name} in .${where}: ${Math.round(box.width)} x ${Math.round(box.height)} "${(target.textContent || target.name || '').trim().slice(0, 12)}"`);
    }
    return [...found.values()];
  }, least);
}
