/** That the person's contacts have changed, told to whatever screens show them. */

type Listener = () => void;

const listeners = new Set<Listener>();

/** Calls `listener` when contacts have changed, on whichever device; the returned function ends that. */
export function onContacts(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Contacts have changed: every screen that shows them reads anew. */
export function contactsChanged(): void {
  for (const listener of [...listeners]) listener();
}
