import { expect, it } from "vitest";
import { changesOf, fieldsOf, switchesIn } from "./fields";

it("goes from settings to fields and back", () => {
  const switches = { members_start_topics: true, content_notes: false };
  const fields = fieldsOf({ name: "A", description: "", newcomers_see: "all", switches, first_posts: 3 });
  expect(fields.first_posts).toBe("3");
  expect(switchesIn(fields)).toEqual(["members_start_topics", "content_notes"]);
  expect(changesOf(fields)).toEqual({ name: "A", description: "", newcomers_see: "all", switches, first_posts: 3 });
  expect(changesOf({ name: "B" })).toEqual({ name: "B" });
});
