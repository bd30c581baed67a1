/** People and invitations as the staff's reads answer them, and finding among them. */

import type { Role } from "../../state/shapes";

export interface PersonRow {
  id: string;
  name: string;
  email: string;
  role: Role;
  active: boolean;
  created_at: string;
  you: boolean;
  may: string[];
}

/** An invitation not used yet; the practice's list says more of it than a group's. */
export interface InvitationRow {
  id: string;
  email: string;
  name: string;
  role: Role;
  state: string;
  expires_at: string;
  link: string | null;
  invited_by?: string | null;
  may?: string[];
}

export interface People {
  people: PersonRow[];
  invitations: InvitationRow[];
  may_invite: Role[];
}

const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The rows whose name and address hold every word of `search`, whatever its case and accents. */
export function fitting<T extends { name: string; email: string }>(rows: readonly T[], search: string): T[] {
  const words = plain(search).split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const text = plain(`${row.name} ${row.email}`);
    return words.every((word) => text.includes(word));
  });
}
