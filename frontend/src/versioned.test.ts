import { expect, it } from "vitest";
import { merge, Versioned } from "./versioned.svelte";

const BASE = { name: "Tuesday circle", about: "", open: true };

it("keeps what is typed and follows the rest", () => {
  const mine = { ...BASE, name: "Evening circle" };
  expect(merge(BASE, mine, { ...BASE, about: "Loss" })).toEqual({
    values: { name: "Evening circle", about: "Loss", open: true },
    clashes: {},
  });
});

it("names the fields that were changed on both sides", () => {
  const mine = { ...BASE, name: "Evening circle", open: false };
  const merged = merge(BASE, mine, { name: "Morning circle", about: "", open: false });
  expect(merged.values.name).toBe("Evening circle");
  expect(merged.clashes).toEqual({ name: "Morning circle" });
});

it("goes on from the newer version and loses nothing typed", () => {
  const form = new Versioned(1, BASE);
  form.values.name = "Evening circle";
  form.take(2, { ...BASE, name: "Morning circle", about: "Loss" });
  expect([form.version, form.values.name, form.values.about]).toEqual([2, "Evening circle", "Loss"]);
  expect([form.stale, form.clashes]).toEqual([true, { name: "Morning circle" }]);
  expect(form.changes()).toEqual({ name: "Evening circle" });
  form.take(2, { ...BASE, name: "An older echo" });
  expect(form.clashes).toEqual({ name: "Morning circle" });
  form.take(3, { ...BASE, name: "Noon circle", about: "Loss" });
  expect(form.clashes).toEqual({ name: "Noon circle" });
  form.take(4, { ...BASE, name: "Noon circle", about: "Grief" });
  expect(form.clashes).toEqual({ name: "Noon circle" });
  form.takeTheirs("name");
  expect([form.values.name, form.clashes, form.changes()]).toEqual(["Noon circle", {}, {}]);
});

it("is not stale when nothing was typed", () => {
  const form = new Versioned(1, BASE);
  form.take(2, { ...BASE, name: "Morning circle" });
  expect([form.stale, form.values.name]).toEqual([false, "Morning circle"]);
});
