/** Help lines: what the practice's region has, kept on this device, and a built-in list when nothing was ever read. */

import { get } from "../api";
import { t } from "../strings";
import { me } from "./me.svelte";

const KEPT = "hearthside.help";

export interface HelpLine {
  name: string;
  number: string | null;
  text_number: string | null;
  url: string | null;
  hours: string;
  free: boolean;
  verified_on: string;
}

export interface HelpLines {
  region: string;
  emergency: string;
  lines: HelpLine[];
  signed_by: string | null;
  signed_on: string | null;
}

class Help {
  #read = $state.raw<HelpLines | null>(recall());

  /** What to show now; never nothing. */
  get now(): HelpLines {
    return this.#read ?? builtIn(me.practice?.region ?? "");
  }

  /** Reads the practice's lines; without a line what was kept stays. */
  async load(): Promise<void> {
    try {
      const lines = await get<HelpLines>("/api/help-lines");
      if (lines.emergency) this.take(lines);
    } catch {
      // The lines kept on this device, or the built-in ones, stay.
    }
  }

  /** Takes in lines that came with another answer. */
  take(lines: HelpLines): void {
    const { region, emergency, lines: list, signed_by, signed_on } = lines;
    this.#read = { region, emergency, lines: list, signed_by, signed_on };
    try {
      localStorage.setItem(KEPT, JSON.stringify(this.#read));
    } catch {
      // Without storage the built-in lines are there.
    }
  }
}

function recall(): HelpLines | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null") as HelpLines | null;
    return kept?.emergency && Array.isArray(kept.lines) ? kept : null;
  } catch {
    return null;
  }
}

function builtIn(region: string): HelpLines {
  const { emergency, talk } = t.crisis.lines[region] ?? t.crisis.lines.EU!;
  const line = talk && { ...talk, text_number: null, url: null, hours: t.crisis.always, free: true, verified_on: "" };
  return { region, emergency, lines: line ? [line] : [], signed_by: "", signed_on: null };
}

/** A number as a link calls it: digits, and a plus in front. */
export const callable = (scheme: "tel" | "sms", number: string) => `${scheme}:${number.replace(/[^\d+*#]/g, "")}`;

export const help = new Help();
