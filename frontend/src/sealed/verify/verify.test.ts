import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeAll, expect, it } from "vitest";
import type { VerificationView } from "../../crypto/types";
import { verify } from "../../strings/en_verify";
import VerifyDialog from "./VerifyDialog.svelte";

const WORDS = ["Dog", "Key", "Moon", "Tree", "Ball", "Hat", "Clock"];

const flow = (more: Partial<VerificationView> = {}): VerificationView => ({
  ...{ id: "v1", person: "p", name: "Hannah", ownDevice: false, incoming: true, state: "asked", emoji: [] },
  ...more,
});

function show(view: VerificationView, clockOff: number | null = null) {
  const said: string[] = [];
  const note = (word: string) => async () => void said.push(word);
  const props = { view, clockOff, accept: note("accept"), compare: async (same: boolean) => void said.push(`same ${same}`), stop: note("stop"), aside: () => void said.push("aside") };
  return { ...render(VerifyDialog, props), said };
}

beforeAll(() => {
  // The test's document knows no modal dialogs.
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
});

it("shows seven words in order, their pictures hidden from readers", async () => {
  const emoji = WORDS.map((word) => ({ symbol: "🐶", word }));
  const { said } = show(flow({ state: "comparing", emoji }));
  const list = screen.getByRole("list", { name: verify.list });
  const items = within(list).getAllByRole("listitem");
  expect(items.map((item) => item.querySelector(".word")?.textContent)).toEqual(WORDS);
  expect(items.every((item) => item.querySelector(".symbol")?.getAttribute("aria-hidden") === "true")).toBe(true);
  await fireEvent.click(screen.getByRole("button", { name: verify.different }));
  await fireEvent.click(screen.getByRole("button", { name: verify.same }));
  expect(said).toEqual(["same false", "same true"]);
});

it("goes on only when somebody says so", async () => {
  const { said } = show(flow());
  expect(screen.getByText(verify.person.asked("Hannah"))).toBeTruthy();
  expect(said).toEqual([]);
  await fireEvent.click(screen.getByRole("button", { name: verify.person.go }));
  expect(said).toEqual(["accept"]);
});

it("puts an unanswered question aside when it is closed, and ends it when refused", async () => {
  const { said } = show(flow({ ownDevice: true }));
  await fireEvent.click(screen.getByRole("button", { name: verify.close }));
  expect(said).toEqual(["aside"]);
  const { said: refused } = show(flow({ ownDevice: true, id: "v2" }));
  await fireEvent.click(screen.getByRole("button", { name: verify.own.notMe }));
  expect(refused).toEqual(["stop"]);
});

it.each<[Partial<VerificationView>, string]>([
  [{ state: "waiting", incoming: false }, verify.person.waiting("Hannah")],
  [{ state: "waiting", incoming: false, ownDevice: true }, verify.own.waiting],
  [{ state: "waiting" }, verify.beginDetail],
  [{ state: "confirming" }, verify.confirming],
  [{ state: "done" }, verify.person.done("Hannah")],
  [{ state: "done", ownDevice: true }, verify.own.done],
  [{ state: "done", ownDevice: true, incoming: false }, verify.own.doneHere],
  [{ state: "mismatch" }, verify.person.mismatch("Hannah")],
  [{ state: "mismatch", ownDevice: true }, verify.own.mismatch],
  [{ state: "cancelled" }, verify.cancelled],
  [{ state: "timed_out" }, verify.timedOut],
])("says how it stands: %o", (more, words) => {
  show(flow(more));
  expect(screen.getByText(words)).toBeTruthy();
});

it("says first that the clock is wrong", () => {
  const { unmount } = show(flow(), -23);
  expect(screen.getByText(verify.clock(23))).toBeTruthy();
  unmount();
  show(flow());
  expect(screen.queryByText(/clock/)).toBeNull();
});
