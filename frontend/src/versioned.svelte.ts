/** Settings that several people may change: what was read, what is typed, and a merge that loses nothing typed. */

export type Fields = Record<string, string | boolean>;

export interface Merged {
  values: Fields;
  /** Fields that were changed here and there, with what they are there. */
  clashes: Fields;
}

/** What is shown after `theirs` arrived: typed fields stay, the others follow. */
export function merge(base: Fields, mine: Fields, theirs: Fields): Merged {
  const values: Fields = {};
  const clashes: Fields = {};
  for (const [name, there] of Object.entries(theirs)) {
    const here = mine[name] ?? there;
    const typed = name in base && here !== base[name];
    values[name] = typed ? here : there;
    if (typed && there !== base[name] && there !== here) clashes[name] = there;
  }
  return { values, clashes };
}

export class Versioned {
  version = $state(0);
  values = $state<Fields>({});
  clashes = $state.raw<Fields>({});
  /** True after somebody else's change was taken in while something was typed here. */
  stale = $state(false);
  #base: Fields = {};

  constructor(version: number, values: Fields) {
    this.reset(version, values);
  }

  /** Starts anew from what the server has, for example after a save. */
  reset(version: number, values: Fields): void {
    this.version = version;
    this.#base = { ...values };
    this.values = { ...values };
    this.clashes = {};
    this.stale = false;
  }

  /** Takes in a newer version that somebody else made; an older or equal one changes nothing. */
  take(version: number, theirs: Fields): void {
    if (version <= this.version) return;
    const typed = Object.keys(this.changes()).length > 0;
    const merged = merge(this.#base, this.values, theirs);
    this.version = version;
    this.#base = { ...theirs };
    this.values = merged.values;
    const kept = Object.entries(this.clashes).filter(([name]) => merged.values[name] !== theirs[name]);
    const again = kept.map(([name]) => [name, theirs[name] ?? ""] as const);
    this.clashes = { ...Object.fromEntries(again), ...merged.clashes };
    this.stale ||= typed;
  }

  /** Gives up what was typed in one field for what is there now. */
  takeTheirs(name: string): void {
    const there = this.#base[name];
    if (there !== undefined) this.values[name] = there;
    const { [name]: _taken, ...others } = this.clashes;
    this.clashes = others;
  }

  /** The fields that differ from what was read. */
  changes(): Fields {
    return Object.fromEntries(Object.entries(this.values).filter(([name, value]) => value !== this.#base[name]));
  }
}
