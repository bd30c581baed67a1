/** The words that weighed most, as the reads spell them, and how they are shown. */

export interface Phrase {
  /** In characters of the plain text as Unicode counts them, which is not how JavaScript does. */
  start: number;
  end: number;
  weight: number;
  words: string;
}

export interface Reason {
  label: string;
  what: string;
  signals: readonly string[];
  spans: readonly Phrase[];
}

export interface Weighed {
  by: string;
  current: boolean;
  whole: boolean;
  outputs: readonly Reason[];
  rules: readonly Reason[];
}

const LONGEST = 60;

/** What a signal's words were found to be; undefined where none were worked out. */
export function reasonOf(weighed: Weighed, signal: string): Reason | undefined {
  return [...weighed.outputs, ...weighed.rules].find((reason) => reason.signals.includes(signal));
}

/** Every phrase of every reason, in the text's order. */
export function phrasesOf(weighed: Weighed | null): Phrase[] {
  if (!weighed) return [];
  const all = [...weighed.outputs, ...weighed.rules].flatMap((reason) => reason.spans);
  return all.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

/** The phrases as they are quoted: the heaviest first, each once, on one line and not too long. */
export function quotesOf(spans: readonly Phrase[]): string[] {
  const found = new Map<string, string>();
  for (const { words } of spans.toSorted((a, b) => b.weight - a.weight)) {
    const line = words.replace(/\s+/g, " ").trim();
    if (!found.has(line.toLowerCase())) found.set(line.toLowerCase(), shortened(line));
  }
  return [...found.values()];
}

function shortened(line: string): string {
  const characters = [...line];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST).join("").trim()}…` : line;
}
