import { expect, it } from "vitest";
import type { Entry } from "../outbox";
import type { Post } from "../state/shapes";
import { writableFrom } from "./slow";

const NOW = Date.parse("2026-11-23T10:00:00Z");
const post = (author: string, at: string) => ({ author, at }) as Post;
const entry = (state: string, not_before: number) => ({ state, not_before }) as Entry;

it("counts from one's own last post, not from others'", () => {
  const posts = [post("me", "2026-11-23T09:59:40Z"), post("ana", "2026-11-23T09:59:59Z")];
  expect(writableFrom(30, posts, "me", [], NOW)).toBe(NOW + 10_000);
  expect(writableFrom(30, posts, "kim", [], NOW)).toBe(0);
  expect(writableFrom(0, posts, "me", [], NOW)).toBe(0);
});

it("a post that waits tells what the server said", () => {
  expect(writableFrom(60, [], "me", [entry("waiting", NOW + 25_000), entry("refused", NOW + 50_000)], NOW)).toBe(NOW + 25_000);
});

it("a clock that goes wrong keeps nobody longer than the gap", () => {
  expect(writableFrom(30, [post("me", "2026-11-23T14:00:00Z")], "me", [], NOW)).toBe(NOW + 30_000);
});
