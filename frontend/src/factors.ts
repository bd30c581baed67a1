/** Calls about one's own second step: confirming by it, listing, adding and removing. All raise Problem or Offline. */

import { refusal } from "./act.svelte";
import { auth, Problem, type Answer } from "./api";
import { makePasskey, showPasskey, type Options } from "./passkeys";
import { security } from "./strings/en_security";

export type Way = "password" | "totp" | "passkey" | "recovery";

export interface Factor {
  since: string;
  used_at: string | null;
}

export interface Factors {
  required: boolean;
  set: boolean;
  totp: Factor | null;
  passkeys: (Factor & { id: number; name: string })[];
  recovery: { left: number; total: number } | null;
  /** The address at which passkeys work; null when they cannot. */
  passkeys_at: string | null;
}

export interface AppSecret {
  secret: string;
  link: string;
  qr: { size: number; path: string };
}

const ROOT = "account/authenticators";

function dataOf<T>(answer: Answer): T {
  if (answer.status === 200) return answer.body.data as T;
  if (answer.status === 409 && !answer.body.type) {
    const { elsewhere, elsewhereDetail } = security.passkey;
    throw new Problem({ type: "passkey", title: elsewhere, detail: elsewhereDetail("") }, 409);
  }
  throw refusal(answer);
}

/** One's factors, without their secrets. */
export async function listFactors(): Promise<Factors> {
  return dataOf(await auth("GET", ROOT));
}

/** A new secret for an authenticator app; it counts once `addApp` has brought back a code. */
export async function beginApp(): Promise<AppSecret> {
  return dataOf(await auth("GET", `${ROOT}/totp`));
}

interface Added {
  /** With the first factor: the recovery codes, shown this once. */
  recovery_codes: string[] | null;
}

/** Takes the authenticator app in by its first code. */
export async function addApp(code: string): Promise<Added> {
  return dataOf(await auth("POST", `${ROOT}/totp`, { code }));
}

export async function removeApp(): Promise<void> {
  dataOf(await auth("DELETE", `${ROOT}/totp`));
}

/** Makes a passkey on this device, or on one that the browser offers, and takes it in. */
export async function addPasskey(name: string): Promise<Added> {
  const { options } = dataOf<{ options: Options }>(await auth("GET", `${ROOT}/webauthn`));
  return dataOf(await auth("POST", `${ROOT}/webauthn`, { name, credential: await makePasskey(options) }));
}

export async function renamePasskey(id: number, name: string): Promise<void> {
  dataOf(await auth("PUT", `${ROOT}/webauthn`, { id, name }));
}

export async function removePasskey(id: number): Promise<void> {
  dataOf(await auth("DELETE", `${ROOT}/webauthn`, { id }));
}

/** New recovery codes in place of the old ones. */
export async function renewCodes(): Promise<string[]> {
  return dataOf<{ recovery_codes: string[] }>(await auth("POST", `${ROOT}/recovery-codes`)).recovery_codes;
}

/** Confirms this sign-in by the password. */
export async function confirmByPassword(password: string): Promise<void> {
  dataOf(await auth("POST", "auth/reauthenticate", { password }));
}

/** Confirms this sign-in by a code of the app, or a recovery code. */
export async function confirmByCode(code: string): Promise<void> {
  dataOf(await auth("POST", "auth/2fa/reauthenticate", { code }));
}

/** Confirms this sign-in by a passkey. */
export async function confirmByPasskey(): Promise<void> {
  const { options } = dataOf<{ options: Options }>(await auth("GET", "auth/webauthn/reauthenticate"));
  dataOf(await auth("POST", "auth/webauthn/reauthenticate", { credential: await showPasskey(options) }));
}
