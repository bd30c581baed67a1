/** Keys that work when nobody is typing. A screen adds its own while it is shown. */

export type KeyTable = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const SEQUENCE_MS = 1200;
const tables: KeyTable[] = [];
let prefix = "";
let prefixAt = 0;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Adds keys ("j", "g h", "?") until the returned function is called; the newest table is asked first. */
export function bindKeys(table: KeyTable): () => void {
  if (tables.length === 0) document.addEventListener("keydown", onKey);
  tables.unshift(table);
  return () => {
    tables.splice(tables.indexOf(table), 1);
    if (tables.length === 0) document.removeEventListener("keydown", onKey);
  };
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key !== "Escape" && (isTyping(event.target) || document.querySelector("dialog[open]"))) return;
  const pair = prefix && Date.now() - prefixAt < SEQUENCE_MS ? `${prefix} ${event.key}` : "";
  prefix = event.key;
  prefixAt = Date.now();
  for (const key of [pair, event.key]) {
    const act = key && tables.find((table) => table[key])?.[key];
    if (!act) continue;
    prefix = "";
    if (event.key !== "Escape") event.preventDefault();
    act(event);
    return;
  }
}

/** Moves focus to the next or previous of `items`, from the one that has it or the first. */
export function moveFocus(items: readonly HTMLElement[], step: 1 | -1): void {
  const at = items.findIndex((item) => item === document.activeElement || item.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + step, 0), items.length - 1);
  items[next]?.focus();
}
