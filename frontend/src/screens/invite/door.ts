/** What an invitation's page offers, from the invitation and who is signed in. */

export interface Invitation {
  practice: string;
  group: { id: string; name: string; facilitators: string[] } | null;
  email: string;
  name: string;
  role: string;
  has_account: boolean;
  agreement: { version: number; text: string } | null;
  expires_at: string;
}

/** join: make an account and join; accept: join as who is signed in; signIn: there is an account to sign in with. */
export type Door = "wait" | "join" | "accept" | "signIn" | "someoneElse" | "member";

export interface Visitor {
  status: "loading" | "in" | "out";
  email: string;
  groups: readonly string[];
}

/** The one way through for this visitor. */
export function doorOf(invitation: Invitation, visitor: Visitor): Door {
  if (visitor.status === "loading") return "wait";
  if (visitor.status === "out") return invitation.has_account ? "signIn" : "join";
  if (visitor.email.toLowerCase() !== invitation.email.toLowerCase()) return "someoneElse";
  return invitation.group && visitor.groups.includes(invitation.group.id) ? "member" : "accept";
}
