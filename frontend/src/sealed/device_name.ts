/** A name for this browser that its owner knows again: "Firefox on Windows". No version, as in the server's own list of sign-ins. */

import { keys } from "../strings/en_keys";
import { security } from "../strings/en_security";

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg(A|iOS)?\//, "edge"],
  [/OPR\//, "opera"],
  [/SamsungBrowser\//, "samsung"],
  [/Firefox\/|FxiOS\//, "firefox"],
  [/CriOS\/|Chrome\/|Chromium\//, "chrome"],
  [/Safari\//, "safari"],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Android/, "android"],
  [/iPhone/, "iphone"],
  [/iPad/, "ipad"],
  [/CrOS/, "chromeos"],
  [/Windows/, "windows"],
  [/Mac OS X/, "mac"],
  [/Linux/, "linux"],
];

const first = (text: string, marks: typeof BROWSERS) => marks.find(([mark]) => mark.test(text))?.[1] ?? "";

/** The name proposed for a browser that calls itself `userAgent`. */
export function proposedName(userAgent: string): string {
  const browser = first(userAgent, BROWSERS);
  const system = first(userAgent, SYSTEMS);
  return browser || system ? security.places.name(browser, system) : keys.name.unknown;
}
