/** What a reader does with a post from its menu. Every act says how it went, and what can be undone offers that. */

import { command, explain, newNonce } from "../api";
import { groups } from "../state/groups.svelte";
import type { Post } from "../state/shapes";
import { t } from "../strings";
import { care } from "../strings/en_care";
import { showToast } from "../toast";

const UNDO_MS = 10_000;

/** Takes one's own post back, for good after ten seconds. */
export async function withdraw(post: Post): Promise<void> {
  try {
    await command("post.withdraw", { post: post.id }, newNonce());
    showToast(t.topic.withdrawDone, () => void restore(post), UNDO_MS);
  } catch (problem) {
    showToast(explain(problem).detail);
  }
}

async function restore(post: Post): Promise<void> {
  try {
    await command("post.restore", { post: post.id }, newNonce());
    showToast(t.topic.restored);
  } catch (problem) {
    showToast(explain(problem).detail);
  }
}

/** Puts a post's words on the clipboard. */
export async function copy(post: Post): Promise<void> {
  await navigator.clipboard?.writeText(post.body ?? "").then(
    () => showToast(t.topic.copied),
    () => {},
  );
}

/** Folds the posts of a member away in the reader's own view, or shows them again. */
export async function block(group: string, member: { id: string; name: string }, on: boolean): Promise<void> {
  try {
    const answer = await command<{ blocked: string[] }>(on ? "member.block" : "member.unblock", { group, member: member.id }, newNonce());
    groups.setBlocked(group, answer.blocked);
    if (on) showToast(care.block.done(member.name), () => void block(group, member, false), UNDO_MS);
    else showToast(care.block.undone(member.name));
  } catch (problem) {
    showToast(explain(problem).detail);
  }
}
