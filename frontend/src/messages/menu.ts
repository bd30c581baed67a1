/** What can be done with a conversation, by who one is in it. */

import type { ConversationView } from "../crypto/types";
import { navigate } from "../router";
import { messages } from "../strings/en_messages";
import type { MenuItem } from "../ui/Menu.svelte";
import { isInside, recordPath } from "./names";

/** What a menu's line opens. */
export type Asked = "who" | "people" | "rename" | "timer" | "search" | "leave";

/** The lines of the menu; `ask` opens what a line is about. */
export function menuOf(conversation: ConversationView, staff: boolean, ask: (what: Asked) => void): MenuItem[] {
  const words = messages.head;
  const { kind, closed, youAreCreator } = conversation;
  const inside = isInside(conversation);
  const items: MenuItem[] = [{ label: words.who, icon: "lock", run: () => ask("who") }];
  if (kind === "circle" && inside) items.push({ label: words.people, icon: "group", run: () => ask("people") });
  if (kind === "circle" && youAreCreator && !closed) items.push({ label: words.rename, icon: "edit", run: () => ask("rename") });
  if (!closed && (kind === "pair" || youAreCreator)) items.push({ label: words.timer, icon: "timer", run: () => ask("timer") });
  items.push({ label: words.search, icon: "search", run: () => ask("search") });
  items.push({ label: staff ? words.record : words.copy, icon: "file", run: () => navigate(recordPath(conversation.id)) });
  if (inside) items.push({ label: words.leave, icon: "leave", care: true, run: () => ask("leave") });
  return items;
}
