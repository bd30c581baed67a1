import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { createRawSnippet } from "svelte";
import { beforeAll, expect, it } from "vitest";
import { newRecoveryKey } from "../crypto/recovery_key";
import type { Phase, Recovered } from "../crypto/types";
import { keys } from "../strings/en_keys";
import GateView from "./GateView.svelte";
import type { KeyWays } from "./key_ways";

const WRITTEN = "0N2H-3C6E-396H-H9RB-05ZF-96K2-1WCK";
const children = createRawSnippet(() => ({ render: () => "<p>the conversations</p>" }));

/** The worker's calls as a screen sees them; each test says what they answer. */
function given(answers: Partial<KeyWays> = {}): { ways: KeyWays; asked: string[] } {
  const asked: string[] = [];
  const note =
    (name: string) =>
    async (...told: unknown[]): Promise<never> => {
      asked.push([name, ...told].join(" "));
      return undefined as never;
    };
  const names = ["takeOver", "setUp", "unsavedKey", "confirmRecoveryKey", "renewRecoveryKey", "recover", "askOtherDevice", "resetIdentity", "forget",
    "refreshDevices", "removeDevice", "renameDevice", "verifyPerson", "acceptVerification", "compareVerification", "cancelVerification", "acceptIdentity"] as const;
  return { ways: { ...Object.fromEntries(names.map((name) => [name, note(name)])), ...answers } as KeyWays, asked };
}

function show(phase: Phase, ways: KeyWays = given().ways, more: object = {}) {
  return render(GateView, { phase, progress: null, confirmed: false, staff: false, name: "Firefox on Linux", filled: false, ways, onagain: () => {}, children, ...more });
}

const JOINING: Phase = { name: "joining", hasRecovery: true, otherDevices: 1 };

beforeAll(() => {
  HTMLElement.prototype.scrollIntoView ??= () => {};
});

it("shows the screen once conversations are open, also while the recovery key is not kept yet", () => {
  const { unmount } = show({ name: "ready", backup: "on" });
  expect(screen.getByText("the conversations")).toBeTruthy();
  unmount();
  show({ name: "unsaved" });
  expect(screen.getByText("the conversations")).toBeTruthy();
});

it.each(["other_tab", "offline", "signed_out", "store_lost", "unsupported", "broken"] as const)("says why it is locked: %s, and nothing of the screen shows", (why) => {
  show({ name: "locked", why });
  expect(screen.getByRole("heading", { level: 1, name: keys.locked[why].title })).toBeTruthy();
  expect(screen.queryByText("the conversations")).toBeNull();
});

it("names what is lost with the keys of this browser, and forgets them only when asked", async () => {
  const { ways, asked } = given();
  show({ name: "locked", why: "store_lost" }, ways);
  expect(screen.getByText(keys.locked.store_lost.lost)).toBeTruthy();
  expect(asked).toEqual([]);
  await fireEvent.click(screen.getByRole("button", { name: keys.locked.store_lost.act }));
  expect(asked).toEqual(["forget"]);
});

it("takes over from another tab when asked", async () => {
  const { ways, asked } = given();
  show({ name: "locked", why: "other_tab" }, ways);
  await fireEvent.click(screen.getByRole("button", { name: keys.locked.other_tab.act }));
  expect(asked).toEqual(["takeOver"]);
});

it("sets up in three steps: what it means, the key, the key typed again", async () => {
  const { ways, asked } = given({
    setUp: async (name) => {
      asked.push(`setUp ${name}`);
      await view.rerender({ phase: { name: "unsaved" } });
      return WRITTEN;
    },
    confirmRecoveryKey: async (typed) => {
      asked.push(`confirm ${typed}`);
      return true;
    },
  });
  const view = show({ name: "new" }, ways);
  for (const point of keys.setUp.points) expect(screen.getByText(point.words)).toBeTruthy();
  const name = screen.getByLabelText(keys.name.label);
  await fireEvent.input(name, { target: { value: "  " } });
  await fireEvent.click(screen.getByRole("button", { name: keys.setUp.go }));
  expect(screen.getByText(keys.name.needed)).toBeTruthy();
  await fireEvent.input(name, { target: { value: " Kitchen laptop " } });
  await fireEvent.click(screen.getByRole("button", { name: keys.setUp.go }));
  await screen.findByRole("heading", { name: keys.key.title });
  expect(asked).toEqual(["setUp Kitchen laptop"]);
  expect(screen.getByRole("group", { name: keys.key.label }).textContent).toBe(WRITTEN);
  expect(screen.queryByText("the conversations")).toBeNull();

  await fireEvent.click(screen.getByRole("button", { name: keys.key.go }));
  const box = screen.getByLabelText(keys.again.label);
  const check = async (typed: string) => {
    await fireEvent.input(box, { target: { value: typed } });
    await fireEvent.click(screen.getByRole("button", { name: keys.again.check }));
  };
  await check("");
  expect(screen.getByText(keys.again.needed)).toBeTruthy();
  await check("0N2H");
  expect(screen.getByText(keys.again.short(4, 28))).toBeTruthy();
  await check(WRITTEN.replace("396H", "936H"));
  expect(screen.getByText(keys.again.slips([3]))).toBeTruthy();
  await check(newRecoveryKey());
  expect(screen.getByText(keys.again.other)).toBeTruthy();
  expect(asked).toHaveLength(1);
  await check(WRITTEN.toLowerCase().replaceAll("-", " ").replaceAll("0", "o"));
  await screen.findByText("the conversations");
  expect(asked[1]).toBe("confirm on2h 3c6e 396h h9rb o5zf 96k2 1wck");
});

it("shows the key again, and lets it be typed later", async () => {
  const { ways } = given({ setUp: async () => (await view.rerender({ phase: { name: "unsaved" } }), WRITTEN) });
  const view = show({ name: "new" }, ways);
  await fireEvent.click(screen.getByRole("button", { name: keys.setUp.go }));
  await fireEvent.click(await screen.findByRole("button", { name: keys.key.go }));
  await fireEvent.click(screen.getByRole("button", { name: keys.again.show }));
  expect(screen.getByRole("group", { name: keys.key.label }).textContent).toBe(WRITTEN);
  await fireEvent.click(screen.getByRole("button", { name: keys.later }));
  expect(screen.getByText("the conversations")).toBeTruthy();
});

it("stays on the first step, with the reason, when making keys fails", async () => {
  const { ways } = given({ setUp: () => Promise.reject(new Error("offline")) });
  show({ name: "new" }, ways);
  await fireEvent.click(screen.getByRole("button", { name: keys.setUp.go }));
  await waitFor(() => expect(screen.getByRole("alert").hidden).toBe(false));
  expect(screen.getByRole("heading", { name: keys.setUp.title })).toBeTruthy();
});

it.each<[Exclude<Recovered, "ok">, string]>([
  ["wrong", keys.join.wrong],
  ["outdated", keys.join.outdated],
  ["none", keys.join.absent],
  ["offline", keys.join.offline],
])("says what is the matter with a recovery key: %s", async (result, words) => {
  const typed = newRecoveryKey();
  const { ways } = given({ recover: async () => result });
  show(JOINING, ways);
  const box = screen.getByLabelText(keys.join.key) as HTMLTextAreaElement;
  await fireEvent.input(box, { target: { value: typed } });
  await fireEvent.click(screen.getByRole("button", { name: keys.join.go }));
  await screen.findByText(words);
  expect(box.value).toBe(typed);
});

it("offers another try when the worker dies while keys are made", async () => {
  const { ways } = given({ setUp: () => new Promise<string>(() => {}) });
  const { rerender } = show({ name: "new" }, ways);
  await fireEvent.click(screen.getByRole("button", { name: keys.setUp.go }));
  await rerender({ phase: { name: "locked", why: "broken" } });
  await fireEvent.click(screen.getByRole("button", { name: keys.locked.broken.act }));
  await rerender({ phase: { name: "ready", backup: "on" } });
  expect(screen.getByText("the conversations")).toBeTruthy();
});

it("finds a slip before anybody is asked", async () => {
  const { ways, asked } = given();
  show(JOINING, ways);
  const typed = newRecoveryKey();
  const slip = (typed[0] === "0" ? "1" : "0") + typed.slice(1);
  await fireEvent.input(screen.getByLabelText(keys.join.key), { target: { value: slip } });
  await fireEvent.click(screen.getByRole("button", { name: keys.join.go }));
  expect(screen.getByText(keys.join.slip)).toBeTruthy();
  expect(asked).toEqual([]);
});

it("asks another device, and says what comes next", async () => {
  const { ways, asked } = given();
  const view = show(JOINING, ways);
  await fireEvent.click(screen.getByLabelText(keys.join.byDevice, { exact: false }));
  await fireEvent.click(screen.getByRole("button", { name: keys.join.ask }));
  await screen.findByText(keys.join.asked);
  expect(asked).toEqual(["askOtherDevice Firefox on Linux"]);
  await view.rerender({ confirmed: true, progress: { done: 40, total: 90 } });
  expect(screen.getByText(keys.join.confirmed)).toBeTruthy();
  expect(screen.getByText(keys.restoring(40, 90))).toBeTruthy();
});

it("offers only what there is", () => {
  const { unmount } = show({ name: "joining", hasRecovery: false, otherDevices: 2 });
  expect(screen.queryByLabelText(keys.join.byKey, { exact: false })).toBeNull();
  expect(screen.getByRole("button", { name: keys.join.ask })).toBeTruthy();
  unmount();
  show({ name: "joining", hasRecovery: false, otherDevices: 0 });
  expect(screen.queryByRole("radio")).toBeNull();
  expect(screen.getByText(keys.join.nothing)).toBeTruthy();
});

it("starts anew only after the warning and a tick, then shows the new key", async () => {
  const { ways, asked } = given({
    resetIdentity: async (name) => {
      asked.push(`reset ${name}`);
      await view.rerender({ phase: { name: "unsaved" } });
      return WRITTEN;
    },
  });
  const view = show(JOINING, ways);
  await fireEvent.click(screen.getByLabelText(keys.join.none, { exact: false }));
  await fireEvent.click(screen.getByRole("button", { name: keys.reset.title }));
  for (const point of keys.reset.points) expect(screen.getByText(point)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: keys.reset.act }));
  expect(screen.getByText(keys.reset.sureNeeded)).toBeTruthy();
  expect(asked).toEqual([]);
  await fireEvent.click(screen.getByLabelText(keys.reset.sure));
  await fireEvent.click(screen.getByRole("button", { name: keys.reset.act }));
  await screen.findByRole("group", { name: keys.key.label });
  expect(asked).toEqual(["reset Firefox on Linux"]);
});

it("says that this device was removed, and sets it up again only when asked", async () => {
  const { ways, asked } = given();
  show({ name: "removed" }, ways);
  expect(screen.getByText(keys.removed.notYou)).toBeTruthy();
  expect(asked).toEqual([]);
  await fireEvent.click(screen.getByRole("button", { name: keys.removed.act }));
  expect(asked).toEqual(["forget"]);
});
