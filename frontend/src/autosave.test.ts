// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Offline, Problem, speakFor } from "./api";
import { Autosave, type Words } from "./autosave.svelte";
import { openStore } from "./store";

let there: Words = { words: "", version: 1 };
let fail: unknown = null;
let saves: string[] = [];
let made: Autosave[] = [];

function begin(): Autosave {
  const one = new Autosave({
    person: "robin",
    name: "homework a",
    save: async (_act, words, version) => {
      saves.push(words);
      if (fail) throw fail;
      if (version !== there.version) throw new Problem({ type: "stale", current: there }, 409);
      there = { words, version: version + 1 };
      return { version: there.version };
    },
    current: (problem) => problem.extra.current as Words,
  });
  made.push(one);
  return one;
}

const kept = async () => (await (await openStore()).get("drafts", "robin homework a"))?.body ?? null;

beforeEach(async () => {
  speakFor("robin");
  there = { words: "", version: 1 };
  fail = null;
  saves = [];
  await (await openStore()).remove("drafts", "robin homework a");
});

afterEach(() => {
  for (const one of made) one.close();
  made = [];
  vi.useRealTimers();
});

describe("words that save themselves", () => {
  it("saves what was typed and keeps nothing on the device after that", async () => {
    const one = begin();
    await one.begin(there);
    one.words = "three good moments";
    one.changed();
    expect(one.saving).toBe("unsaved");
    expect(await one.save()).toBe(true);
    expect(one.saving).toBe("saved");
    expect(there).toEqual({ words: "three good moments", version: 2 });
    expect(await kept()).toBeNull();
  });

  it("keeps the words over a lost line and a new page", async () => {
    const one = begin();
    await one.begin(there);
    fail = new Offline();
    one.words = "on the train";
    one.changed();
    expect(await one.save()).toBe(false);
    expect(one.saving).toBe("kept");
    expect(await kept()).toBe("on the train");
    one.close();
    fail = null;
    const again = begin();
    await again.begin(there);
    expect(again.words).toBe("on the train");
    await vi.waitFor(() => expect(there.words).toBe("on the train"));
    await vi.waitFor(async () => expect(await kept()).toBeNull());
  });

  it("never overwrites another device's words, and lets the person choose", async () => {
    const one = begin();
    await one.begin(there);
    there = { words: "from the phone", version: 5 };
    one.words = "from the desk";
    one.changed();
    expect(await one.save()).toBe(false);
    expect(one.other).toEqual({ words: "from the phone", version: 5 });
    expect(one.words).toBe("from the desk");
    expect(await kept()).toBe("from the desk");
    one.takeBoth();
    await vi.waitFor(() => expect(there.words).toBe("from the phone\n\nfrom the desk"));
    expect(one.other).toBeNull();
  });

  it("takes the other words when the person says so, or keeps its own", async () => {
    const one = begin();
    await one.begin(there);
    there = { words: "theirs", version: 3 };
    one.words = "mine";
    await one.save();
    one.takeTheirs();
    expect(one.words).toBe("theirs");
    one.words = "mine again";
    there = { words: "newer", version: 9 };
    await one.save();
    one.keepMine();
    await vi.waitFor(() => expect(there.words).toBe("mine again"));
  });

  it("hears of newer words only where nothing was typed", async () => {
    const one = begin();
    await one.begin(there);
    one.arrived({ words: "new", version: 2 });
    expect(one.words).toBe("new");
    one.words = "typing";
    one.arrived({ words: "newer", version: 3 });
    expect(one.words).toBe("typing");
    expect(one.other?.words).toBe("newer");
  });

  it("says what does not fit and goes on keeping it", async () => {
    const one = begin();
    await one.begin(there);
    fail = new Problem({ type: "invalid", fields: { words: "Too long." } }, 422);
    one.words = "long";
    expect(await one.save()).toBe(false);
    expect([one.saving, one.problem]).toEqual(["failed", "Too long."]);
    expect(await kept()).toBe("long");
  });

  it.each(["", "kim"])("is not saved under the sign-in of another, and stays on the device (%j)", async (other) => {
    const one = begin();
    await one.begin(there);
    one.words = "only mine";
    one.changed();
    speakFor(other);
    one.close();
    await vi.waitFor(async () => expect(await kept()).toBe("only mine"));
    expect(await one.save()).toBe(false);
    expect(saves).toEqual([]);
    speakFor("robin");
    const again = begin();
    await again.begin(there);
    await vi.waitFor(() => expect(there.words).toBe("only mine"));
  });

  it("kept words that the server has newer ones for are put beside them", async () => {
    await (await openStore()).put("drafts", { key: "robin homework a", person: "robin", topic: "homework a", body: "old line", note_open: false, saved_at: 1, base: 1 });
    there = { words: "other device", version: 4 };
    const one = begin();
    await one.begin(there);
    expect(one.words).toBe("old line");
    expect(one.other).toEqual(there);
  });
});
