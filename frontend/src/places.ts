/** Time zones and countries to choose from, as this browser names them. */

export interface Choice {
  value: string;
  label: string;
}

const LOCALE = "en-GB";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const NOT_COUNTRIES = new Set(["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "CP", "AC", "DG", "EA", "IC", "TA"]);

/** Every time zone, and `kept` when the browser does not list it. */
export function timeZones(kept: string): Choice[] {
  const names = new Set([...Intl.supportedValuesOf("timeZone"), "UTC", ...(kept ? [kept] : [])]);
  return [...names].sort().map((name) => ({ value: name, label: name.replaceAll("_", " ") }));
}

/** Every country by name, `none` first, and `kept` when the browser does not know it. */
export function countries(none: string, kept: string): Choice[] {
  const names = new Intl.DisplayNames(LOCALE, { type: "region", fallback: "none" });
  const found: Choice[] = [];
  for (const first of LETTERS) {
    for (const second of LETTERS) {
      const code = first + second;
      const label = isCountry(code) ? names.of(code) : undefined;
      if (label) found.push({ value: code, label });
    }
  }
  found.sort((a, b) => a.label.localeCompare(b.label, LOCALE));
  if (kept && !found.some((choice) => choice.value === kept)) found.unshift({ value: kept, label: kept });
  return [{ value: "", label: none }, ...found];
}

/** False for old codes that now have another, and for groups of countries. */
function isCountry(code: string): boolean {
  return !NOT_COUNTRIES.has(code) && new Intl.Locale(`und-${code}`).region === code;
}
