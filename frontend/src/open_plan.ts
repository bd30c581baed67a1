/** Whose safety plan opens on this device without signing in; a small part, as every page asks. */

const OPEN_PLAN = "hearthside.open-plan";

/** Whose copy of the safety plan opens on this device while there is no line, without signing in; null when nobody chose that. */
export function openPlanOf(): string | null {
  try {
    return localStorage.getItem(OPEN_PLAN);
  } catch {
    return null;
  }
}

/** Lets the person's copy be opened so, or nobody's. */
export function setOpenPlan(person: string | null): void {
  try {
    if (person) localStorage.setItem(OPEN_PLAN, person);
    else localStorage.removeItem(OPEN_PLAN);
  } catch {
    // Without storage there is no copy either.
  }
}
