import { beforeEach, expect, it } from "vitest";
import { forget, forgetRead, keep, recall } from "../kept";
import { givenReading } from "./given";
import { fromShelf, refreshShelved, shelve, shelved, unshelve } from "./shelf";

const ids = async () => (await shelved("robin")).map(({ summary }) => summary.id);

beforeEach(() => forget("summaries", "robin"));

it("keeps the five read last, the newest first, each once", async () => {
  for (const id of ["1", "2", "3", "4", "5", "6", "3"]) await shelve("robin", givenReading({ id }));
  expect(await ids()).toEqual(["3", "6", "5", "4", "2"]);
  expect(await fromShelf("robin", "1")).toBeNull();
});

it("says as of when a copy is, and a correction renews it in its place", async () => {
  await shelve("robin", givenReading({ id: "1" }), new Date("2026-12-04T08:00:00Z"));
  await shelve("robin", givenReading({ id: "2" }), new Date("2026-12-04T09:00:00Z"));
  await refreshShelved("robin", givenReading({ id: "1", corrected_at: "2026-12-05T08:00:00Z" }), new Date("2026-12-05T09:00:00Z"));
  expect(await ids()).toEqual(["2", "1"]);
  expect(await fromShelf("robin", "1")).toMatchObject({ as_of: "2026-12-05T09:00:00.000Z", summary: { corrected_at: "2026-12-05T08:00:00Z" } });
  await refreshShelved("robin", givenReading({ id: "9" }));
  expect(await ids()).toEqual(["2", "1"]);
});

it("a withdrawn summary leaves no words behind", async () => {
  await shelve("robin", givenReading({ id: "1" }));
  await shelve("robin", givenReading({ id: "2" }));
  await refreshShelved("robin", givenReading({ id: "1", withdrawn: true, sections: [] }));
  expect(await ids()).toEqual(["2"]);
  await shelve("robin", givenReading({ id: "2", withdrawn: true, sections: [] }));
  expect(await recall("summaries", "robin")).toBeNull();
});

it("goes with one summary, and wholly at sign-out, whoever read; other things stay", async () => {
  await shelve("robin", givenReading({ id: "1" }));
  await shelve("sam", givenReading({ id: "2" }));
  await keep("support", "robin", "stays");
  await unshelve("robin", "1");
  expect(await ids()).toEqual([]);
  await shelve("robin", givenReading({ id: "3" }));
  await forgetRead();
  expect([await shelved("robin"), await shelved("sam")]).toEqual([[], []]);
  expect(await recall("support", "robin")).toBe("stays");
});
