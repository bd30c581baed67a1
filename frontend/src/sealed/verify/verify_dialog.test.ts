import { cleanup, fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { VerificationView } from "../../crypto/types";
import { verify } from "../../strings/en_verify";
import VerifyDialog from "./VerifyDialog.svelte";

const EMOJI = ["Dog", "Cat", "Lion", "Horse", "Unicorn", "Pig", "Elephant"].map((word) => ({ symbol: "🐶", word }));

beforeAll(() => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
});

afterEach(cleanup);

function given(more: Partial<VerificationView>, clockOff: number | null = null) {
  const ways = { accept: vi.fn(async () => {}), compare: vi.fn(async () => {}), stop: vi.fn(async () => {}), aside: vi.fn() };
  const view: VerificationView = { id: "f1", person: "p", name: "Priya", ownDevice: false, incoming: false, state: "waiting", emoji: EMOJI, ...more };
  render(VerifyDialog, { view, clockOff, ...ways });
  return ways;
}

const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

describe("comparing emoji with a person", () => {
  const { person } = verify;

  it("asks before anything is shown, and can be put aside or refused", async () => {
    const ways = given({ state: "asked", incoming: true });
    expect(screen.getByRole("heading", { name: person.askedTitle("Priya") })).toBeTruthy();
    expect(screen.getByRole("status").textContent).toBe(person.asked("Priya"));
    expect(screen.queryByRole("list")).toBeNull();
    await press(person.go);
    expect(ways.accept).toHaveBeenCalledOnce();
    await press(verify.notNow);
    expect(ways.stop).toHaveBeenCalledOnce();
    await press("Close");
    expect(ways.aside).toHaveBeenCalledOnce();
  });

  it.each([
    ["waiting", false, person.waitingTitle("Priya"), person.waiting("Priya")],
    ["waiting", true, verify.begin, verify.beginDetail],
    ["confirming", false, verify.confirmingTitle, verify.confirming],
    ["done", false, person.doneTitle, person.done("Priya")],
    ["mismatch", false, verify.mismatchTitle, person.mismatch("Priya")],
    ["cancelled", false, verify.cancelledTitle, verify.cancelled],
    ["timed_out", true, verify.timedOutTitle, verify.timedOut],
  ] as const)("says where it stands: %s (incoming: %s)", (state, incoming, title, detail) => {
    given({ state, incoming });
    expect(screen.getByRole("heading", { name: title })).toBeTruthy();
    expect(screen.getByRole("status").textContent).toBe(detail);
  });

  it("shows seven emoji in order, read by their words alone, and takes either answer", async () => {
    const ways = given({ state: "comparing" });
    const list = screen.getByRole("list", { name: verify.list });
    expect(within(list).getAllByRole("listitem").map((one) => one.querySelector(".word")?.textContent)).toEqual(EMOJI.map((one) => one.word));
    for (const symbol of list.querySelectorAll(".symbol")) expect(symbol.getAttribute("aria-hidden")).toBe("true");
    await press(verify.different);
    expect(ways.compare).toHaveBeenLastCalledWith(false);
    await press(verify.same);
    expect(ways.compare).toHaveBeenLastCalledWith(true);
  });

  it("tells after a mismatch what not to do, and whom to tell", () => {
    given({ state: "mismatch" });
    const told = screen.getByRole("status").textContent ?? "";
    expect(told).toContain("Do not write anything private here");
    expect(told).toContain("by phone or in person");
    expect(screen.queryByRole("button", { name: verify.same })).toBeNull();
  });

  it("keeps what failed on the screen, with its words", async () => {
    const ways = given({ state: "comparing" });
    ways.compare.mockRejectedValueOnce(new Error("broken"));
    await press(verify.same);
    expect(await screen.findByRole("alert")).toBeTruthy();
  });

  it("says that the clock is wrong, since comparing fails without a word then", () => {
    given({ state: "waiting" }, -14);
    expect(screen.getByText(verify.clock(14))).toBeTruthy();
  });
});

describe("comparing emoji between one's own devices", () => {
  const { own } = verify;

  it.each([
    ["asked", true, own.askedTitle, own.asked],
    ["waiting", false, own.waitingTitle, own.waiting],
    ["comparing", false, verify.comparingTitle, own.comparing],
    ["done", true, own.doneTitle, own.done],
    ["done", false, own.doneTitle, own.doneHere],
    ["mismatch", true, verify.mismatchTitle, own.mismatch],
  ] as const)("says where it stands: %s (incoming: %s)", (state, incoming, title, detail) => {
    given({ state, incoming, ownDevice: true });
    expect(screen.getByRole("heading", { name: title })).toBeTruthy();
    expect(screen.getByRole("status").textContent).toBe(detail);
  });

  it("offers the way to sign-in and security when the other device is not one's own", () => {
    given({ state: "mismatch", ownDevice: true });
    expect(screen.getByRole("link", { name: verify.security }).getAttribute("href")).toBe("/me/security");
  });
});
