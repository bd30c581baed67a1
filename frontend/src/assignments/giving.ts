/** To whom somebody of the staff can give something: the groups they lead and the clients they look after. */

import { get } from "../api";
import type { Clients } from "../contacts/shapes";
import { groups } from "../state/groups.svelte";
import type { Member } from "../state/shapes";
import { me } from "../state/me.svelte";

export interface Place {
  /** `group <id>` or `client <person>`. */
  key: string;
  kind: "group" | "client";
  id: string;
  name: string;
}

/** The groups that the person leads and that are open. */
export function ledGroups(): Place[] {
  return groups.lines
    .map((line) => groups.lineOf(line))
    .filter((line) => line.role === "facilitator" && !line.closed)
    .map((line) => ({ key: `group ${line.id}`, kind: "group", id: line.id, name: line.name }));
}

/** The clients that the person looks after as a therapist. Raises Problem or Offline. */
export async function ownClients(): Promise<Place[]> {
  if (!me.staff) return [];
  const { yours } = await get<Clients>("/api/clients");
  return yours.filter((row) => row.lane === "clinical").map((row) => ({ key: `client ${row.person}`, kind: "client", id: row.person, name: row.name }));
}

/** The members of a group who can be given something, by name. */
export function receivers(group: string): Member[] {
  const members = groups.views[group]?.detail.members ?? [];
  return members.filter((one) => one.role === "member" && one.state === "active").toSorted((a, b) => a.name.localeCompare(b.name));
}

/** The fields of a command that say for whom. */
export const placeFields = (place: Pick<Place, "kind" | "id">) => (place.kind === "group" ? { group: place.id } : { client: place.id });
