/** Passkeys as this browser makes and shows them: options and answers travel as JSON with base64url texts. */

import { Problem } from "./api";
import { security } from "./strings/en_security";

const words = security.passkey;

interface Descriptor {
  id: string;
  type: "public-key";
  transports?: AuthenticatorTransport[];
}

/** What the server asks a browser for; only the texts that are bytes matter here. */
export interface Options {
  challenge: string;
  rpId?: string;
  rp?: { id: string; name: string };
  user?: { id: string; name: string; displayName: string };
  allowCredentials?: Descriptor[];
  excludeCredentials?: Descriptor[];
  [more: string]: unknown;
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const listed = (rows: Descriptor[] | undefined) => rows?.map((row) => ({ ...row, id: bytes(row.id) }));

/** Whether this browser can use passkeys at the address it shows; an IP address has none. */
export function canUsePasskeys(host: string = location.hostname): boolean {
  return typeof PublicKeyCredential !== "undefined" && isSecureContext && !/^[\d.]+$|:|^\[/.test(host);
}

/** The name that a passkey of this place is bound to; raises Problem when the page is open at another one. */
function checkPlace(options: Options): void {
  const domain = options.rpId ?? options.rp?.id ?? "";
  if (location.hostname === domain || location.hostname.endsWith(`.${domain}`)) return;
  throw new Problem({ type: "passkey", title: words.elsewhere, detail: words.elsewhereDetail(domain) }, 400);
}

function failed(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const there = error instanceof DOMException && error.name === "InvalidStateError";
  const [title, detail] = there ? [words.exists, words.existsDetail] : [words.failed, words.failedDetail];
  return new Problem({ type: "passkey", title, detail }, 400);
}

/** Makes a passkey, with whatever the browser asks the person; raises Problem when it did not come to one. */
export async function makePasskey(options: Options): Promise<Record<string, unknown>> {
  try {
    checkPlace(options);
    const publicKey = {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user!, id: bytes(options.user!.id) },
      excludeCredentials: listed(options.excludeCredentials),
    } as unknown as PublicKeyCredentialCreationOptions;
    const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
    const response = made.response as AuthenticatorAttestationResponse;
    return answer(made, {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
    });
  } catch (error) {
    throw failed(error);
  }
}

/** Shows a passkey, with whatever the browser asks the person; raises Problem when none was shown. */
export async function showPasskey(options: Options): Promise<Record<string, unknown>> {
  try {
    checkPlace(options);
    const publicKey = {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: listed(options.allowCredentials),
    } as unknown as PublicKeyCredentialRequestOptions;
    const shown = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
    const response = shown.response as AuthenticatorAssertionResponse;
    return answer(shown, {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : null,
    });
  } catch (error) {
    throw failed(error);
  }
}

function answer(credential: PublicKeyCredential, response: Record<string, unknown>): Record<string, unknown> {
  const id = text(credential.rawId);
  return { id, rawId: id, type: credential.type, response, clientExtensionResults: credential.getClientExtensionResults() };
}
