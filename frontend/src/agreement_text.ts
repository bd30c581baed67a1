/** The group agreement's Markdown as blocks: paragraphs, lists and strong words; everything else stays as it was typed. */

export interface Span {
  text: string;
  strong: boolean;
}

export type Block =
  | { kind: "paragraph"; words: Span[] }
  | { kind: "list"; ordered: boolean; items: Span[][] };

const HEADING = /^\s{0,3}#{1,6}\s+(.+?)\s*#*$/;
const BULLET = /^\s{0,3}[-*+•]\s+(.*)$/;
const NUMBER = /^\s{0,3}\d{1,9}[.)]\s+(.*)$/;

/** A line's words; those between two stars (or underscores) are strong. */
export function spans(line: string): Span[] {
  const found: Span[] = [];
  let from = 0;
  for (const match of line.matchAll(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g)) {
    if (match.index > from) found.push({ text: line.slice(from, match.index), strong: false });
    found.push({ text: match[2] ?? "", strong: true });
    from = match.index + match[0].length;
  }
  if (from < line.length) found.push({ text: line.slice(from), strong: false });
  return found;
}

/** The blocks of a text. Nothing in it can become anything but words. */
export function blocks(text: string): Block[] {
  const found: Block[] = [];
  let open: Block | null = null;
  for (const line of text.replaceAll("\r\n", "\n").split("\n")) {
    if (!line.trim()) {
      open = null;
      continue;
    }
    open = take(found, open, line);
  }
  return found;
}

function take(found: Block[], open: Block | null, line: string): Block | null {
  const heading = HEADING.exec(line);
  if (heading) {
    found.push({ kind: "paragraph", words: [{ text: heading[1] ?? "", strong: true }] });
    return null;
  }
  const item = BULLET.exec(line) ?? NUMBER.exec(line);
  if (item) {
    const ordered = !BULLET.test(line);
    const last = found.at(-1);
    const list: Block = last?.kind === "list" && last.ordered === ordered ? last : { kind: "list", ordered, items: [] };
    if (list !== last) found.push(list);
    list.items.push(spans(item[1] ?? ""));
    return list;
  }
  if (open?.kind === "list") {
    open.items.at(-1)?.push(...spans(` ${line.trim()}`));
    return open;
  }
  if (open) {
    open.words.push(...spans(` ${line.trim()}`));
    return open;
  }
  const paragraph: Block = { kind: "paragraph", words: spans(line.trim()) };
  found.push(paragraph);
  return paragraph;
}
