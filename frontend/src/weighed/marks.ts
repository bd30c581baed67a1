/** Marks phrases in words that are shown, by the browser's own highlights: what the server has cleaned stays untouched. */

import type { Phrase } from "./weighed";

const NAME = "weighed";
/** What Markdown may add or take away between a text and its rendering; it is passed over in both. */
const PASSED_OVER = /[\s\p{P}`~<>]/u;

/** One character that is compared, and where it stands. */
interface Sign {
  char: string;
  node: Text;
  at: number;
}

/** Where the phrases of a plain text stand in its rendering below `root`; those that are not there are left out. */
export function rangesOf(root: Node, text: string, phrases: readonly Phrase[]): Range[] {
  const signs = signsBelow(root);
  const shown = signs.map((sign) => sign.char);
  const characters = [...text];
  const found: Range[] = [];
  for (const { start, words } of phrases) {
    const before = kept(characters.slice(0, start).join("")).length;
    const wanted = kept(words);
    const place = nearest(shown, wanted, before);
    const first = signs[place];
    const last = signs[place + wanted.length - 1];
    if (place < 0 || !first || !last) continue;
    const range = document.createRange();
    range.setStart(first.node, first.at);
    range.setEnd(last.node, last.at + last.char.length);
    found.push(range);
  }
  return found;
}

/** Marks phrases below `root` until the answer is called; does nothing in a browser without highlights. */
export function mark(root: Node, text: string, phrases: readonly Phrase[]): () => void {
  if (typeof Highlight === "undefined" || !("highlights" in CSS)) return () => {};
  const ranges = rangesOf(root, text, phrases);
  const highlight = CSS.highlights.get(NAME) ?? new Highlight();
  for (const range of ranges) highlight.add(range);
  CSS.highlights.set(NAME, highlight);
  return () => {
    for (const range of ranges) highlight.delete(range);
  };
}

function kept(text: string): string[] {
  return [...text].filter((char) => !PASSED_OVER.test(char));
}

function signsBelow(root: Node): Sign[] {
  const signs: Sign[] = [];
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode as Text;
    let at = 0;
    for (const char of node.data) {
      if (!PASSED_OVER.test(char)) signs.push({ char, node, at });
      at += char.length;
    }
  }
  return signs;
}

/** The place nearest to `hint` at which the wanted characters stand; -1 where they do not. */
function nearest(shown: readonly string[], wanted: readonly string[], hint: number): number {
  let best = -1;
  for (let place = 0; wanted.length && place + wanted.length <= shown.length; place++) {
    if (best >= 0 && Math.abs(place - hint) >= Math.abs(best - hint)) continue;
    if (wanted.every((char, step) => shown[place + step] === char)) best = place;
  }
  return best;
}
