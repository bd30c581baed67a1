import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { loadDraft, saveDraft } from "../drafts";
import { me } from "../state/me.svelte";
import { t } from "../strings";
import { resources } from "../strings/en_resources";
import ResourceForm from "./ResourceForm.svelte";
import type { ResourcePage } from "./shapes";

const page = (more: Partial<ResourcePage> = {}): ResourcePage => ({
  id: "r1", title: "Sleep", kind: "library", group: null, group_name: null, language: "en", source: "", review_date: null, review_due: false, grade: null,
  state: "draft", version: 3, updated_at: "2026-12-01T08:00:00Z", html: "", words: "As it is now.", files: [], shared: [], credits: [], may: [], sections: [],
  unpublished: [], ...more,
});

beforeEach(async () => {
  me.person = { id: "ana", name: "Ana" } as typeof me.person;
  await saveDraft("ana", "resource r1", { body: "", note_open: false });
});

afterEach(cleanup);

const box = () => screen.getByLabelText<HTMLTextAreaElement>(new RegExp(resources.edit.words));
const show = () => render(ResourceForm, { page: page(), changed: async () => {} });
const clash = () => screen.queryByText(t.forms.clash("As it is now."));

it("kept words of an older version stand beside what is there now", async () => {
  await saveDraft("ana", "resource r1", { body: "Written last week.", note_open: false, base: 2 });
  const { unmount } = show();
  await vi.waitFor(() => expect(clash()).toBeTruthy());
  unmount();
  show(); // left undecided: asked again
  await vi.waitFor(() => expect(box().value).toBe("Written last week."));
  expect(clash()).toBeTruthy();
  expect(screen.getByText(resources.edit.stale)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: t.forms.takeTheirs }));
  expect(box().value).toBe("As it is now.");
});

it("kept words of this version simply come back, and say what they were written on", async () => {
  await saveDraft("ana", "resource r1", { body: "Written just now.", note_open: false, base: 3 });
  const { unmount } = show();
  await vi.waitFor(() => expect(box().value).toBe("Written just now."));
  expect(clash()).toBeNull();
  await fireEvent.input(box(), { target: { value: "Written on." } });
  unmount();
  await vi.waitFor(async () => expect(await loadDraft("ana", "resource r1")).toMatchObject({ body: "Written on.", base: 3 }));
});
