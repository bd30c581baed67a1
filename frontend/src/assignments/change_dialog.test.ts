import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeAll, expect, it } from "vitest";
import { assignments } from "../strings/en_assignments";
import ChangeDialog from "./ChangeDialog.svelte";
import type { Task } from "./shapes";

const task = (more: Partial<Task> = {}): Task => ({
  id: "t1", title: "Walks", words: "Ten minutes a day.", html: "", group: "g1", group_name: "Evening", client_name: null, by_name: "Priya",
  due_at: null, late: false, resource: null, version: 1, taken_back: false, may: [], own: null, subs: [], ...more,
});

beforeAll(() => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
});

afterEach(cleanup);

const box = () => screen.getByLabelText<HTMLTextAreaElement>(new RegExp(assignments.give.words));

it("what is typed stays when the page is read anew, and opening again begins with what is there", async () => {
  const { rerender } = render(ChangeDialog, { open: true, task: task(), changed: async () => {} });
  expect(box().value).toBe("Ten minutes a day.");
  await fireEvent.input(box(), { target: { value: "Twenty minutes" } });
  await rerender({ task: task({ words: "Other words.", version: 2 }) });
  expect(box().value).toBe("Twenty minutes");
  await rerender({ open: false });
  await rerender({ open: true });
  expect(box().value).toBe("Other words.");
});
