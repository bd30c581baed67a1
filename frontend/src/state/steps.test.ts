import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { OwnStep } from "../care/flags";
import { steps, unread } from "./steps.svelte";

const step = (id: string, at: string, more: Partial<OwnStep> = {}) =>
  ({ id, at, kind: "reminder", group: "g", group_name: "Tuesday", lifted_at: null, ...more }) as OwnStep;
let answer: OwnStep[];

beforeEach(() => {
  localStorage.clear();
  answer = [step("a", "2026-11-20T10:00:00Z")];
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ steps: answer })));
});

afterEach(() => {
  steps.stop();
  vi.unstubAllGlobals();
});

it("tells of the newest step that still stands and was not read of", () => {
  const lifted = step("b", "2026-11-22T10:00:00Z", { lifted_at: "2026-11-22T11:00:00Z" });
  const all = [step("c", "2026-11-21T10:00:00Z"), lifted, ...answer];
  expect(unread(all, "")?.id).toBe("c");
  expect(unread(all, "2026-11-21T10:00:00Z")).toBeNull();
});

it("is quiet once it was read of, also for the next page, until there is another; each person reads for themselves", async () => {
  await steps.look("robin");
  expect(steps.fresh?.id).toBe("a");
  steps.saw(answer);
  await steps.look("robin");
  expect(steps.fresh).toBeNull();
  answer = [step("b", "2026-11-23T10:00:00Z"), ...answer];
  await steps.look("robin");
  expect(steps.fresh?.id).toBe("b");
  await steps.look("kim");
  expect(steps.fresh?.id).toBe("b");
});
