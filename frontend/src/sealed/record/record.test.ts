import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, it } from "vitest";
import type { RecordedMessage, SignedRecord } from "../../crypto/record";
import { record as words } from "../../strings/en_record";
import { readRecord, sizeName } from "./lines";
import { escapeHtml, recordPage } from "./page_file";
import RecordView from "./RecordView.svelte";

const EVIL = `<img src=x onerror="alert('1')">&</p><script>alert(2)</script>`;

const message = (more: Partial<RecordedMessage> = {}): RecordedMessage => ({
  ...{ id: "$1", seq: 1, sender: "h", sender_name: "Hannah", at: "2026-11-23T10:00:00Z", state: "sent", kind: "text", body: "Good morning" },
  ...{ edited: false, hidden: null, erased: null, reply_to: null, reactions: [], file: null, notice: null },
  ...more,
});

function signed(messages: RecordedMessage[], more: Partial<SignedRecord["record"]> = {}): string {
  const people = [
    { id: "h", name: "Hannah" },
    { id: "p", name: "Priya" },
  ];
  const record = { format: "hearthside.record.1" as const, conversation: "c", title: "", people, exported_by: "@h:hearthside", exported_at: "2026-11-24T09:30:00Z", messages, ...more };
  return JSON.stringify({ record, sha256: "abc", signatures: {} });
}

it("groups by day in the reader's zone, and says what has no words", () => {
  const read = readRecord(
    signed([
      message({ notice: { what: "started" }, kind: "notice", body: "" }),
      message({ id: "$2", at: "2026-11-23T22:30:00Z", edited: true, reactions: [{ word: "with you", people: ["Priya"] }] }),
      message({ id: "$3", at: "2026-11-23T23:30:00Z", state: "erased", erased: "timer", body: "" }),
      message({ id: "$4", at: "2026-11-24T08:00:00Z", state: "hidden", hidden: "withheld", body: "" }),
      message({ id: "$5", at: "2026-11-24T08:01:00Z", kind: "file", body: "my plan", file: { name: "plan.txt", type: "text/plain", size: 2048 } }),
    ]),
    "Priya",
    "Europe/Berlin",
  );
  expect(read).toMatchObject({ title: "Priya", exportedBy: "Hannah", people: ["Hannah", "Priya"], count: 5 });
  expect(read.days.map((day) => day.lines.length)).toEqual([2, 3]);
  const [started, edited] = read.days[0]!.lines;
  const [gone, hidden, file] = read.days[1]!.lines;
  expect(started).toMatchObject({ who: "", text: words.notices.started });
  expect(edited).toMatchObject({ who: "Hannah", text: "Good morning", time: "23:30", beside: [words.edited, "with you: Priya"] });
  expect(gone?.beside).toEqual([words.erased.timer]);
  expect(hidden?.beside).toEqual([words.hidden]);
  expect(file).toMatchObject({ text: "my plan", beside: [words.file("plan.txt", "2 KB")] });
});

it("names sizes", () => expect([5, 2048, 3 * 1024 * 1024].map(sizeName)).toEqual(["5 B", "2 KB", "3.0 MB"]));

it("escapes everything that people wrote, wherever it stands", () => {
  const json = signed([message({ body: EVIL, sender_name: EVIL, file: { name: EVIL, type: "", size: 1 } }), message({ id: "$2", notice: { what: "title", title: EVIL } })], {
    title: EVIL,
    people: [{ id: "h", name: EVIL }],
  });
  const page = new DOMParser().parseFromString(recordPage(readRecord(json, "", "UTC")), "text/html");
  expect(page.querySelectorAll("script, img, link, iframe, object, [onerror], [src], [href]")).toHaveLength(0);
  expect(page.body.textContent).toContain(EVIL);
  expect(page.title).toContain(EVIL);
  expect(page.querySelector("meta[http-equiv]")?.getAttribute("content")).toContain("default-src 'none'");
  expect(escapeHtml(`<>&"'`)).toBe("&lt;&gt;&amp;&quot;&#39;");
});

const props = (more: object = {}) => ({
  ...{ title: "Priya", others: "Priya", back: { href: "/messages/c", label: "Priya" }, staff: true, closed: false, zone: "UTC" },
  ...{ confirm: async () => true, make: async () => ({ json: signed([message()]), name: "conversation-2026-11-24" }) },
  ...more,
});

it("says before what it means, and makes nothing unless it is confirmed who asks", async () => {
  let made = 0;
  const make = async () => ((made += 1), { json: signed([]), name: "c" });
  render(RecordView, props({ confirm: async () => false, make }));
  expect(screen.getByText(words.points.told("Priya"))).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: words.go }));
  await screen.findByText(words.notConfirmed.detail);
  expect(made).toBe(0);
});

it("does not promise that somebody is told where nobody can be", () => {
  render(RecordView, props({ closed: true }));
  expect(screen.getByText(words.points.untold)).toBeTruthy();
});

it("shows what is in the files", async () => {
  render(RecordView, props());
  await fireEvent.click(screen.getByRole("button", { name: words.go }));
  await screen.findByText("Good morning");
  expect(screen.getByRole("button", { name: words.html })).toBeTruthy();
  expect(screen.getByRole("button", { name: words.json })).toBeTruthy();
});
