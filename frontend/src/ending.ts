/** Parts that hold something of the person who is here, and let go of it when they sign out or leave fast. */

const parts = new Set<() => void>();

/** Calls `part` whenever the person leaves this tab; the returned function ends that. */
export function whenEnding(part: () => void): () => void {
  parts.add(part);
  return () => parts.delete(part);
}

/** The person leaves this tab: everything of theirs is let go of. */
export function endParts(): void {
  for (const part of parts) {
    try {
      part();
    } catch {
      // Whatever is wrong with one part, the others end too, and leaving goes on.
    }
  }
}
