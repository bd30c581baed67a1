import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeAll, expect, it } from "vitest";
import type { DeviceView } from "../../crypto/types";
import { keys } from "../../strings/en_keys";
import AlarmNotes from "./AlarmNotes.svelte";
import DeviceList from "./DeviceList.svelte";
import RecoveryPart from "./RecoveryPart.svelte";

const words = keys.devices;

const device = (more: Partial<DeviceView> = {}): DeviceView => ({
  ...{ id: "A", name: "Firefox on Linux", createdAt: "2026-11-20T10:00:00Z", seenAt: "2026-11-23T10:00:00Z", here: true, confirmed: true },
  ...more,
});

beforeAll(() => {
  HTMLElement.prototype.showPopover ??= () => {};
  HTMLElement.prototype.hidePopover ??= () => {};
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
});

function show(devices: DeviceView[]) {
  const asked: string[] = [];
  const note = (name: string) => async (...told: string[]) => void asked.push([name, ...told].join(" "));
  render(DeviceList, { devices, zone: "UTC", rename: note("rename"), remove: note("remove") });
  return asked;
}

async function choose(name: string, what: string): Promise<void> {
  await fireEvent.click(screen.getByRole("button", { name: words.more(name) }));
  await fireEvent.click(screen.getByRole("menuitem", { name: what, hidden: true }));
}

it("lists this device first, and says of one that is not confirmed that it gets nothing", () => {
  show([device({ id: "B", name: "Phone", here: false, confirmed: false }), device()]);
  const [first, second] = screen.getAllByRole("listitem");
  expect(within(first!).getByText(words.here)).toBeTruthy();
  expect(within(first!).getByText(words.confirmed)).toBeTruthy();
  expect(within(second!).getByText(words.unconfirmed)).toBeTruthy();
});

it("removes another device after asking", async () => {
  const asked = show([device(), device({ id: "B", name: "Phone", here: false })]);
  await choose("Phone", words.remove);
  expect(screen.getByText(words.removeDetail)).toBeTruthy();
  expect(asked).toEqual([]);
  await fireEvent.click(screen.getByRole("button", { name: words.remove }));
  expect(asked).toEqual(["remove B"]);
});

it("warns before the last device goes", async () => {
  show([device()]);
  await choose("Firefox on Linux", words.remove);
  expect(screen.getByText(words.removeLast, { exact: false })).toBeTruthy();
});

it("renames, but not to nothing", async () => {
  const asked = show([device()]);
  await choose("Firefox on Linux", words.rename);
  const box = screen.getByLabelText(keys.name.label);
  await fireEvent.input(box, { target: { value: " " } });
  await fireEvent.submit(box.closest("form")!);
  expect(screen.getByText(keys.name.needed)).toBeTruthy();
  await fireEvent.input(box, { target: { value: "Kitchen" } });
  await fireEvent.submit(box.closest("form")!);
  expect(asked).toEqual(["rename A Kitchen"]);
});

it("says in plain words what an alarm means and whom to tell", async () => {
  const asked: string[] = [];
  render(AlarmNotes, { alarms: ["own_identity_changed", "ledger_fork"], forget: async () => void asked.push("forget") });
  for (const alarm of ["own_identity_changed", "ledger_fork"] as const) expect(screen.getByText(keys.alarm[alarm].notYou)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: keys.alarm.own_identity_changed.act }));
  expect(asked).toEqual(["forget"]);
});

it("renews the recovery key only after asking", async () => {
  const asked: string[] = [];
  render(RecoveryPart, { phase: { name: "ready", backup: "behind" }, renew: async () => void asked.push("renew") });
  expect(screen.getByText(words.behind)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: words.renew }));
  expect(asked).toEqual([]);
  await fireEvent.click(within(screen.getByRole("dialog", { hidden: true })).getByRole("button", { name: words.renew, hidden: true }));
  expect(asked).toEqual(["renew"]);
});
