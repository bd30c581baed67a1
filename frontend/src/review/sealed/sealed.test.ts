import { fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, expect, it, vi } from "vitest";
import type { ReportOpened } from "../../crypto/types";
import { sealedReview as words } from "../../strings/en_sealed_review";
import type { ItemDetail, SealedInfo, SealedReportInfo } from "../shapes";
import { LocalWords, type Keys } from "./local.svelte";
import { readSaid } from "./said";
import SealedPane from "./SealedPane.svelte";

const SAID = JSON.stringify({ k: "text", body: "Nobody will believe you.", n: 3, at: 1 });

const report = (more: Partial<SealedReportInfo> = {}): SealedReportInfo => ({
  ...{ id: "r1", by_name: "Robin", label: "This attacks somebody", note: "It frightened me.", form: "sealed", pt: null },
  ...{ at: "2026-11-23T10:05:00Z" },
  ...more,
});

const sealed = (more: Partial<SealedInfo> = {}): SealedInfo => ({
  ...{ conversation: "c1", message: "$m1:hearthside", circle: false, sender_name: "Kim", sent_at: "2026-11-23T10:00:00Z" },
  ...{ proven: true, commitment: "c", measure: null, reports: [report()] },
  ...more,
});

const detail = (more: Partial<SealedInfo> = {}, opened = true) => ({ id: "i1", opened, sealed: sealed(more) }) as ItemDetail & { sealed: SealedInfo };

class GivenKeys implements Keys {
  phase = { name: "ready" };
  asked: string[] = [];
  came = 0;

  constructor(
    readonly ready: boolean,
    private readonly answers: ReportOpened[],
  ) {}

  async start(): Promise<void> {}

  sealed = {
    openReport: async (id: string, commitment: string, conversation: string): Promise<ReportOpened> => {
      this.asked.push(`${id} ${commitment} ${conversation}`);
      return this.answers.length > 1 ? this.answers.shift()! : this.answers[0]!;
    },
    comeBack: async (): Promise<void> => {
      this.came += 1;
    },
  };
}

const nothingSent = vi.fn(async () => new Response("{}"));
vi.stubGlobal("fetch", nothingSent);

afterEach(() => expect(nothingSent).not.toHaveBeenCalled());

it("opens the words with this tab's keys and shows them as plain text, and sends nothing", async () => {
  const keys = new GivenKeys(true, [{ pt: JSON.stringify({ k: "text", body: "<b>No</b>body", n: 3, at: 1 }) }]);
  const { container } = render(SealedPane, { detail: detail(), keys });
  expect(container.textContent).not.toContain("<b>");
  await fireEvent.click(screen.getByRole("button", { name: words.open }));
  await screen.findByText("<b>No</b>body");
  expect(container.querySelector("b")).toBeNull();
  expect(container.textContent).toContain(words.here);
  expect(keys.asked).toEqual(["r1 c c1"]);
});

it("keeps them open while the item is read anew, and covers them for another item", async () => {
  const { rerender } = render(SealedPane, { detail: detail(), keys: new GivenKeys(true, [{ pt: SAID }]) });
  await fireEvent.click(screen.getByRole("button", { name: words.open }));
  await screen.findByText("Nobody will believe you.");
  await rerender({ detail: detail() });
  expect(screen.queryByText("Nobody will believe you.")).not.toBeNull();
  await rerender({ detail: { ...detail(), id: "i2" } });
  expect(screen.queryByText("Nobody will believe you.")).toBeNull();
});

it.each([
  { what: "not set up here", keys: new GivenKeys(false, [{ pt: SAID }]), title: words.notSetUp },
  { what: "on another device", keys: new GivenKeys(true, [{ problem: "absent" }]), title: words.absent },
  { what: "not what was sent", keys: new GivenKeys(true, [{ problem: "false" }]), title: words.false },
])("says when the words are $what, and shows none", async ({ keys, title }) => {
  const { container } = render(SealedPane, { detail: detail(), keys });
  await fireEvent.click(screen.getByRole("button", { name: words.open }));
  await screen.findByText(title);
  expect(container.textContent).not.toContain("believe");
  screen.getByRole("button", { name: words.again });
});

it("says to rely on nothing that does not check", async () => {
  render(SealedPane, { detail: detail(), keys: new GivenKeys(true, [{ problem: "false" }]) });
  await fireEvent.click(screen.getByRole("button", { name: words.open }));
  expect((await screen.findByText(words.falseBody)).textContent).toContain("Do not rely on it.");
});

it("looks once more for words that are still on their way", async () => {
  const keys = new GivenKeys(true, [{ problem: "absent" }, { pt: SAID }]);
  const local = new LocalWords(keys, () => "me");
  await local.open(sealed());
  expect([local.status, local.pt, keys.came]).toEqual(["shown", SAID, 1]);
});

it("asks the reports one after another, and one that checks is enough", async () => {
  const keys = new GivenKeys(true, [{ problem: "false" }, { pt: SAID }]);
  const local = new LocalWords(keys, () => "me");
  await local.open(sealed({ reports: [report(), report({ id: "r2" })] }));
  expect([local.status, keys.asked.length]).toEqual(["shown", 2]);
});

it("forgets the words with the item, also those that come afterwards", async () => {
  const keys = new GivenKeys(true, [{ pt: SAID }]);
  const local = new LocalWords(keys, () => "me");
  const opening = local.open(sealed());
  local.forget();
  await opening;
  expect([local.status, local.pt]).toEqual(["covered", ""]);
});

it("a worker that fails is said, and can be tried again", async () => {
  const keys = new GivenKeys(true, [{ pt: SAID }]);
  keys.start = async () => Promise.reject(new Error("broken"));
  const local = new LocalWords(keys, () => "me");
  await local.open(sealed());
  expect(local.status).toBe("failed");
});

it("shows the words of an open report at once, and what is proven before anything is opened", () => {
  const open = { reports: [report({ form: "open", pt: SAID })] };
  const { container, unmount } = render(SealedPane, { detail: detail(open), keys: new GivenKeys(false, []) });
  expect(container.textContent).toContain("Nobody will believe you.");
  expect(container.textContent).toContain(words.exact);
  unmount();
  const covered = render(SealedPane, { detail: detail({ reports: [report({ note: null })] }, false), keys: new GivenKeys(false, []) });
  expect(covered.container.textContent).toContain("Hearthside’s stamp proves that this was sent by Kim");
  expect(covered.container.textContent).toContain(words.alone);
  expect(covered.container.querySelector("button")).toBeNull();
});

it("warns when the stamp no longer checks", () => {
  const { container } = render(SealedPane, { detail: detail({ proven: false }), keys: new GivenKeys(false, []) });
  expect(container.textContent).toContain(words.unproven);
  expect(container.textContent).not.toContain("proves that");
});

it("says that the words of an old report are gone", () => {
  const { container } = render(SealedPane, { detail: detail({ reports: [report({ form: "open" })] }), keys: new GivenKeys(false, []) });
  expect(container.textContent).toContain(words.removed);
});

it("reads every kind of message, and shows what it cannot read as it was sent", () => {
  const common = { n: 1, at: 1 };
  const file = { k: "file", name: "a.pdf", type: "application/pdf", size: 20_400, blob: "b", key: "k", iv: "i", hash: "h", ...common };
  expect(readSaid(SAID)).toEqual({ kind: "", body: "Nobody will believe you." });
  expect(readSaid(JSON.stringify({ k: "edit", to: "$x", body: "Other", ...common }))).toEqual({ kind: words.edit, body: "Other" });
  expect(readSaid(JSON.stringify({ k: "reaction", to: "$x", word: "heart", ...common })).kind).toBe(words.reaction);
  expect(readSaid(JSON.stringify(file)).kind).toContain("a.pdf, 20\u00a0kB");
  expect(readSaid('{"k":"new"}')).toEqual({ kind: words.unreadable, body: '{"k":"new"}' });
});
