/** A group's settings as fields that several facilitators may change. */

import type { GroupDetail } from "../../state/shapes";
import type { Fields } from "../../versioned.svelte";

/** A group as the live view holds it. */
export type GroupNow = Omit<GroupDetail, "stream">;

const SWITCH = "switch.";
const FIRST_POSTS = "first_posts";

export interface GroupSettings {
  name: string;
  description: string;
  newcomers_see: string;
  switches: Record<string, boolean>;
  first_posts: number;
}

/** The settings as flat fields; a switch stands under `switch.<its name>`. */
export function fieldsOf({ name, description, newcomers_see, switches, first_posts }: GroupSettings): Fields {
  const flat = Object.entries(switches).map(([key, on]) => [SWITCH + key, on] as const);
  return { name, description, newcomers_see, first_posts: String(first_posts), ...Object.fromEntries(flat) };
}

/** Changed fields as `group.update` takes them. */
export function changesOf(fields: Fields): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  const switches: Record<string, boolean> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith(SWITCH)) switches[name.slice(SWITCH.length)] = value === true;
    else changes[name] = name === FIRST_POSTS ? Number(value) : value;
  }
  return Object.keys(switches).length > 0 ? { ...changes, switches } : changes;
}

/** The names of the switches among the fields. */
export function switchesIn(fields: Fields): string[] {
  return Object.keys(fields)
    .filter((name) => name.startsWith(SWITCH))
    .map((name) => name.slice(SWITCH.length));
}
