/** Calls of the sign-in service that end with somebody being in, or with words that say why not. */

import { refusal } from "./act.svelte";
import { auth, Offline, Problem, type Answer } from "./api";
import { showPasskey, type Options } from "./passkeys";
import { arrive, me } from "./state/me.svelte";
import { security } from "./strings/en_security";

/** How the second step of a sign-in can be done. */
export type Kind = "totp" | "webauthn" | "recovery_codes";

/** Signs in; raises Problem or Offline. A browser that is signed in already goes on as who it is.
 * Answers null when somebody is in, else how the second step can be done. */
export async function signIn(email: string, password: string): Promise<Kind[] | null> {
  const answer = await auth("POST", "auth/login", { email: email.trim(), password });
  const kinds = pending(answer);
  if (kinds) return kinds;
  if (answer.status !== 200 && answer.status !== 409) throw refusal(answer);
  await enter(answer.status === 200);
  return null;
}

function pending(answer: Answer): Kind[] | null {
  const flows = (answer.body.data as { flows?: { id: string; is_pending?: boolean; types?: Kind[] }[] } | undefined)?.flows;
  return flows?.find((flow) => flow.id === "mfa_authenticate" && flow.is_pending)?.types ?? null;
}

/** Ends the second step of a sign-in; raises Problem or Offline. */
async function finish(answer: Answer): Promise<void> {
  if (answer.status === 401 && !pending(answer)) {
    throw new Problem({ type: "late", title: security.step.over, detail: security.step.late }, 401);
  }
  if (answer.status !== 200) throw refusal(answer);
  await enter(true);
}

/** The second step by a code of the authenticator app, or a recovery code; raises Problem or Offline. */
export async function stepByCode(code: string): Promise<void> {
  await finish(await auth("POST", "auth/2fa/authenticate", { code }));
}

/** The second step by a passkey; raises Problem or Offline. */
export async function stepByPasskey(): Promise<void> {
  await byPasskey("auth/webauthn/authenticate");
}

/** Signs in by a passkey alone; raises Problem or Offline. */
export async function signInByPasskey(): Promise<void> {
  await byPasskey("auth/webauthn/login");
}

async function byPasskey(path: string): Promise<void> {
  const begun = await auth("GET", path);
  if (begun.status === 409) {
    const { elsewhere, elsewhereDetail } = security.passkey;
    throw new Problem({ type: "passkey", title: elsewhere, detail: elsewhereDetail("") }, 409);
  }
  if (begun.status !== 200) return finish(begun);
  const { options } = begun.body.data as { options: Options };
  const answer = await auth("POST", path, { credential: await showPasskey(options) });
  if (answer.status === 409) await enter(false);
  else await finish(answer);
}

/** Makes the account that an invitation is for, and signs in with it; raises Problem or Offline. */
export async function signUp(data: { email: string; password: string; name: string; invitation: string }): Promise<void> {
  const answer = await auth("POST", "auth/signup", data);
  if (answer.status !== 200 && answer.status !== 409) throw refusal(answer);
  await enter(answer.status === 200);
}

async function enter(fresh: boolean): Promise<void> {
  if (fresh) arrive();
  await me.load();
  if (me.status !== "in") throw new Offline();
}

/** Asks for a mail with a link; the answer is the same for every address. Raises Problem or Offline. */
export async function askForReset(email: string): Promise<void> {
  const answer = await auth("POST", "auth/password/request", { email: email.trim() });
  if (answer.status !== 200) throw refusal(answer);
}

/** Whether a reset link still works; raises Offline. */
export async function resetKeyWorks(key: string): Promise<boolean> {
  const headers = { Accept: "application/json", "X-Password-Reset-Key": key };
  const response = await fetch("/_allauth/browser/v1/auth/password/reset", { headers }).catch(() => null);
  if (!response) throw new Offline();
  return response.status === 200;
}

/** Sets a new password by a link's key; every sign-in of the person ends. Raises Problem or Offline. */
export async function resetPassword(key: string, password: string): Promise<void> {
  const answer = await auth("POST", "auth/password/reset", { key, password });
  if (answer.status !== 200 && answer.status !== 401) throw refusal(answer);
}

/** Changes one's own password; one's other sign-ins end. Raises Problem or Offline. */
export async function changePassword(current_password: string, new_password: string): Promise<void> {
  const answer = await auth("POST", "account/password/change", { current_password, new_password });
  if (answer.status !== 200) throw refusal(answer);
}
