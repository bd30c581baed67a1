/** Confirming that it is you: one dialog that any act can wait for, and that opens by itself when the server asks. */

import { whenUnconfirmed } from "./api";
import type { Way } from "./factors";

class Confirming {
  open = $state(false);
  ways = $state.raw<readonly Way[]>([]);
  #answer: Promise<boolean> | null = null;
  #settle: (confirmed: boolean) => void = () => {};

  /** Opens the dialog, or joins the one that is open. */
  ask(ways: readonly Way[]): Promise<boolean> {
    this.#answer ??= new Promise((settle) => {
      this.ways = ways;
      this.#settle = settle;
      this.open = true;
    });
    return this.#answer;
  }

  /** Closes it and tells everybody who waits. */
  end(confirmed: boolean): void {
    this.open = false;
    this.#answer = null;
    this.#settle(confirmed);
  }
}

/** The dialog's state, for the one place that shows it (shell/ConfirmDialog.svelte). */
export const confirming = new Confirming();

/** Asks the person to confirm that it is they, in one of `ways` (as the server listed them, or else as they have set up).
 * False when they closed the dialog, or when their ways could not be read. */
export async function confirmIsYou(ways?: readonly Way[]): Promise<boolean> {
  if (ways?.length) return confirming.ask(ways);
  try {
    const { listFactors } = await import("./factors");
    const now = await listFactors();
    const found: Way[] = [];
    if (now.totp) found.push("totp");
    if (now.passkeys.length) found.push("passkey");
    if (found.length && now.recovery?.left) found.push("recovery");
    return await confirming.ask(found.length ? found : ["password"]);
  } catch {
    return false;
  }
}

whenUnconfirmed((ways) => confirmIsYou(ways as Way[]));
