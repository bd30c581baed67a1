/** The practice's settings as the staff's read answers them. */

import type { Fields } from "../../versioned.svelte";

export interface PracticeSettings {
  name: string;
  time_zone: string;
  region: string;
  mail_from: string;
  public_url: string;
  mail_configured: boolean;
  version: number;
}

/** What an admin may change. */
export function fieldsOf({ name, time_zone, region, mail_from }: PracticeSettings): Fields {
  return { name, time_zone, region, mail_from };
}
