/** A signed record as lines to read: on the page, on paper, and in the file that opens without a line. */

import type { RecordedMessage, SignedRecord } from "../../crypto/record";
import { t } from "../../strings";
import { clockTime, dayKey, fullTime } from "../../strings/dates";
import { record as words } from "../../strings/en_record";

export interface RecordLine {
  id: string;
  time: string;
  /** Empty for what the conversation itself says. */
  who: string;
  text: string;
  /** What stands beside the words: changed later, a file, why there are none. */
  beside: string[];
}

export interface RecordDay {
  day: string;
  lines: RecordLine[];
}

export interface ReadRecord {
  title: string;
  people: string[];
  exported: string;
  exportedBy: string;
  sha256: string;
  count: number;
  days: RecordDay[];
}

const KB = 1024;

export function sizeName(bytes: number): string {
  if (bytes < KB) return `${bytes} B`;
  return bytes < KB * KB ? `${Math.round(bytes / KB)} KB` : `${(bytes / KB / KB).toFixed(1)} MB`;
}

function noticeText(notice: NonNullable<RecordedMessage["notice"]>): string {
  const { notices } = words;
  const named = (names: readonly string[]) => t.common.list(names.map((name) => name || words.unknown));
  switch (notice.what) {
    case "started":
      return notices.started;
    case "people":
      return notices.people(notice.added.length ? named(notice.added) : "", notice.gone.length ? named(notice.gone) : "");
    case "title":
      return notices.title(notice.title);
    case "exported":
      return notices.exported(notice.by || words.unknown);
    case "missing":
      return notices.missing(notice.by || words.unknown, notice.count);
  }
}

function besideOf(message: RecordedMessage): string[] {
  if (message.state === "erased") return [message.erased ? words.erased[message.erased] : words.erasedElse];
  if (message.state === "hidden") return [words.hidden];
  const beside = message.file ? [words.file(message.file.name, sizeName(message.file.size))] : [];
  if (message.edited) beside.push(words.edited);
  for (const { word, people } of message.reactions) beside.push(`${word}: ${people.map((name) => name || words.unknown).join(", ")}`);
  return beside;
}

/** The record of a signed file, in the reader's time zone. `title` stands in for a conversation that has none. */
export function readRecord(json: string, title: string, zone: string): ReadRecord {
  const { record, sha256 } = JSON.parse(json) as SignedRecord;
  const nameOf = (id: string) => record.people.find((one) => id === one.id || id === `@${one.id}:hearthside`)?.name || words.unknown;
  const days: RecordDay[] = [];
  let key = "";
  for (const message of record.messages) {
    const now = dayKey(message.at, zone);
    if (now !== key) days.push({ day: fullTime(message.at, zone).replace(/ at .*$/, ""), lines: [] });
    key = now;
    days.at(-1)?.lines.push({
      id: message.id,
      time: clockTime(message.at, zone),
      who: message.notice ? "" : message.sender_name || nameOf(message.sender),
      text: message.notice ? noticeText(message.notice) : message.body,
      beside: message.notice ? [] : besideOf(message),
    });
  }
  return {
    title: record.title || title,
    people: record.people.map((one) => one.name || words.unknown),
    exported: fullTime(record.exported_at, zone),
    exportedBy: nameOf(record.exported_by),
    sha256,
    count: record.messages.length,
    days,
  };
}
