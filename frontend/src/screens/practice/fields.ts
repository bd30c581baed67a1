/** The practice's settings as the staff's read answers them. */

import type { Fields } from "../../versioned.svelte";

export interface PracticeSettings {
  name: string;
  time_zone: string;
  region: string;
  mail_from: string;
  public_url: string;
  mail_configured: boolean;
  care_words: string;
  care_signed_by: string;
  care_signed_on: string | null;
  /** A person's id. */
  clinical_lead: string | null;
  version: number;
}

/** What an admin may change. */
export function fieldsOf({ name, time_zone, region, mail_from }: PracticeSettings): Fields {
  return { name, time_zone, region, mail_from };
}

/** What an admin may change about care; nothing chosen is an empty field. */
export function careFieldsOf({ care_words, care_signed_by, care_signed_on, clinical_lead }: PracticeSettings): Fields {
  return { care_words, care_signed_by, care_signed_on: care_signed_on ?? "", clinical_lead: clinical_lead ?? "" };
}

/** Changed care fields as `practice.update` takes them: an empty day or person is none. */
export function careChanges(fields: Fields): Record<string, unknown> {
  const none = (name: string, value: string | boolean) =>
    value === "" && (name === "care_signed_on" || name === "clinical_lead") ? null : value;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, none(name, value)]));
}
