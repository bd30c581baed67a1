import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { rangesOf } from "./marks";
import { phrasesOf, quotesOf, reasonOf, type Phrase, type Weighed } from "./weighed";
import { WeighedWords } from "./weighed.svelte";

/** A phrase at its place in a text, as the server counts. */
function phrase(text: string, words: string, weight = 1, after = 0): Phrase {
  const start = [...text.slice(0, text.indexOf(words, after))].length;
  return { start, end: start + [...words].length, weight, words };
}

const reason = (label: string, spans: Phrase[], ...signals: string[]) => ({ label, what: label, signals, spans });
const answer = (more: Partial<Weighed>): Weighed => ({ by: "m-1", current: true, whole: true, outputs: [], rules: [], ...more });

function below(html: string): HTMLElement {
  const root = document.createElement("div");
  root.innerHTML = html;
  return root;
}

const marked = (html: string, text: string, ...phrases: Phrase[]) => rangesOf(below(html), text, phrases).map(String);

it("quotes the heaviest first, each once, on one line and not too long", () => {
  const text = "You people, YOU PEOPLE are\n so  dull";
  const spans = [phrase(text, "You people", 1), phrase(text, "YOU PEOPLE", 2), phrase(text, "are\n so  dull", 3)];
  expect(quotesOf(spans)).toEqual(["are so dull", "YOU PEOPLE"]);
  expect(quotesOf([phrase("💀".repeat(80), "💀".repeat(80))])).toEqual([`${"💀".repeat(60)}…`]);
  expect(quotesOf([])).toEqual([]);
});

it("finds what a signal's words were, and all phrases in order", () => {
  const text = "one two three";
  const found = answer({ outputs: [reason("insult", [phrase(text, "three")], "s1", "s2")], rules: [reason("phone", [phrase(text, "one")], "s3")] });
  expect(reasonOf(found, "s2")?.label).toBe("insult");
  expect(reasonOf(found, "s3")?.label).toBe("phone");
  expect(reasonOf(found, "s4")).toBeUndefined();
  expect(phrasesOf(found).map((one) => one.words)).toEqual(["one", "three"]);
  expect(phrasesOf(null)).toEqual([]);
});

it("marks phrases in what Markdown made of them", () => {
  const text = "🌧️ He said:\n\n> you *are* a **waste of\n> space**\n\nyou & [me](https://example.org)";
  const html = "<p>🌧️ He said:</p><blockquote><p>you <em>are</em> a <strong>waste of<br>space</strong></p></blockquote><p>you &amp; <a>me</a></p>";
  expect(marked(html, text, phrase(text, "you *are*"), phrase(text, "waste of\n> space"))).toEqual(["you are", "waste ofspace"]);
  expect(marked(html, text, phrase(text, "not there"), phrase(text, "***"))).toEqual([]);
});

it("of words that stand several times, marks those that are meant", () => {
  const text = "you and you and you";
  const root = below(`<p>${text}</p>`);
  const [range] = rangesOf(root, text, [phrase(text, "you", 1, 12)]);
  expect(range?.startOffset).toBe(16);
  const emoji = "💀 ab 💀";
  const [skull] = rangesOf(below(`<p>${emoji}</p>`), emoji, [{ start: 5, end: 6, weight: 1, words: "💀" }]);
  expect([skull?.startOffset, skull?.endOffset]).toEqual([6, 8]);
});

let reply: () => Promise<Response>;
const said = (body: unknown, status = 200) => async () => new Response(JSON.stringify(body), { status });

beforeEach(() => vi.stubGlobal("fetch", vi.fn(() => reply())));
afterEach(() => void vi.unstubAllGlobals());

it("reads once for each version of a text, and never shows another text's words", async () => {
  const words = new WeighedWords();
  reply = said(answer({ by: "first" }));
  await words.show("/api/review/a/weighed", 1);
  await words.show("/api/review/a/weighed", 1);
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(words.value?.by).toBe("first");
  let finish: (response: Response) => void = () => {};
  reply = () => new Promise((resolve) => (finish = resolve));
  const late = words.show("/api/review/b/weighed", 1);
  expect([words.value, words.busy]).toEqual([null, true]);
  await words.show("", 1);
  finish(new Response(JSON.stringify(answer({ by: "late" }))));
  await late;
  expect([words.value, words.busy, words.failed]).toEqual([null, false, false]);
});

it("says when it failed, and that words are gone is no failure", async () => {
  const words = new WeighedWords();
  reply = () => Promise.reject(new TypeError("no line"));
  await words.show("/api/review/a/weighed", 1);
  expect([words.failed, words.busy, words.value]).toEqual([true, false, null]);
  reply = said(answer({ by: "again" }));
  await words.load();
  expect([words.failed, words.value?.by]).toEqual([false, "again"]);
  reply = said({ type: "not_found", status: 404 }, 404);
  await words.show("/api/review/a/weighed", 2);
  expect([words.failed, words.value]).toEqual([false, null]);
});
