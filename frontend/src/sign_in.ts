/** Calls of the sign-in service that end with somebody being in, or with words that say why not. */

import { refusal } from "./act.svelte";
import { auth, Offline } from "./api";
import { arrive, me } from "./state/me.svelte";

/** Signs in; raises Problem or Offline. A browser that is signed in already goes on as who it is. */
export async function signIn(email: string, password: string): Promise<void> {
  const answer = await auth("POST", "auth/login", { email: email.trim(), password });
  if (answer.status !== 200 && answer.status !== 409) throw refusal(answer);
  await enter(answer.status === 200);
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
