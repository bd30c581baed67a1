import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { OwnPosts } from "./own.svelte";

let answers: (() => Promise<Response>)[] = [];
let asked: string[] = [];
let handed: string[][] = [];
let waiting: string[] = [];

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const made = () => new OwnPosts({ answeredIn: () => waiting, handOver: async (posts) => void handed.push([...posts]) });

beforeEach(() => {
  answers = [];
  asked = [];
  handed = [];
  waiting = [];
  vi.stubGlobal("fetch", (path: string) => {
    asked.push(path);
    return (answers.shift() ?? (async () => json({ posts: [] })))();
  });
});

afterEach(() => vi.unstubAllGlobals());

it("the open topic's posts are read, and what the device kept of them before is done", async () => {
  waiting = ["p1"];
  answers = [async () => json({ posts: [{ id: "p1" }] })];
  const own = made();
  own.open("t");
  await vi.waitFor(() => expect(own.posts.map((post) => post.id)).toEqual(["p1"]));
  expect(asked).toEqual(["/api/topics/t/mine"]);
  expect(handed).toEqual([["p1", "p1"]]);
});

it("what was answered while it was read is not given up", async () => {
  let go = () => {};
  answers = [() => new Promise((done) => (go = () => done(json({ posts: [] }))))];
  const own = made();
  own.open("t");
  waiting = ["p2"];
  go();
  await vi.waitFor(() => expect(handed).toEqual([[]]));
});

it("news while it reads become one more read; another topic's are not asked for", async () => {
  let go = () => {};
  answers = [() => new Promise((done) => (go = () => done(json({ posts: [] }))))];
  const own = made();
  own.open("t");
  own.heard("t");
  own.heard("t");
  own.heard("u");
  go();
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  await new Promise((done) => setTimeout(done, 5));
  expect(asked).toHaveLength(2);
});

it("a failed read keeps what is shown and gives nothing up", async () => {
  answers = [async () => json({ posts: [{ id: "p1" }] }), async () => json({ type: "busy" }, 503)];
  const own = made();
  own.open("t");
  await vi.waitFor(() => expect(own.posts).toHaveLength(1));
  handed = [];
  await own.load();
  expect(own.posts).toHaveLength(1);
  expect(handed).toEqual([]);
  own.close("t");
});
