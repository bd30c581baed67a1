/** The record as one page that opens without a line: everything escaped, no script, nothing fetched. */

import { record as words } from "../../strings/en_record";
import type { ReadRecord, RecordLine } from "./lines";

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? "");
}

const STYLE = `
  :root { color-scheme: light dark; }
  body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.55 system-ui, sans-serif; }
  h1 { font-size: 1.4rem; line-height: 1.25; }
  h2 { margin: 2rem 0 .5rem; font-size: 1rem; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
  dt { font-weight: 600; }
  dd { margin: 0; overflow-wrap: anywhere; }
  ol { margin: 0; padding: 0; list-style: none; }
  li { display: grid; grid-template-columns: 3.5rem 1fr; gap: .25rem 1rem; padding: .5rem 0; border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); break-inside: avoid; }
  p { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
  .who { font-weight: 600; }
  .beside { font-size: .875rem; opacity: .8; }
  footer { margin-top: 2rem; font-size: .875rem; }
  code { overflow-wrap: anywhere; }
`;

function lineHtml({ time, who, text, beside }: RecordLine): string {
  const parts = [
    who && `<p class="who"><bdi>${escapeHtml(who)}</bdi></p>`,
    text && `<p dir="auto">${escapeHtml(text)}</p>`,
    ...beside.map((words) => `<p class="beside" dir="auto">${escapeHtml(words)}</p>`),
  ];
  return `<li><time>${escapeHtml(time)}</time><div>${parts.filter(Boolean).join("")}</div></li>`;
}

/** The whole file. */
export function recordPage(read: ReadRecord): string {
  const title = escapeHtml(words.heading(read.title));
  const facts = [
    [words.people, read.people.join(", ")],
    [words.exported, `${read.exported}, ${words.exportedBy(read.exportedBy)}`],
  ].map(([name = "", value = ""]) => `<dt>${escapeHtml(name)}</dt><dd><bdi>${escapeHtml(value)}</bdi></dd>`);
  const days = read.days.map(({ day, lines }) => `<h2>${escapeHtml(day)}</h2>\n<ol>\n${lines.map(lineHtml).join("\n")}\n</ol>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
<dl>${facts.join("")}</dl>
${days.join("\n")}
<footer><p>${escapeHtml(words.closingDetail)}</p><p><code>${escapeHtml(read.sha256)}</code></p></footer>
</body>
</html>
`;
}
