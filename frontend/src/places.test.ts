import { expect, it } from "vitest";
import { countries, timeZones } from "./places";

it("offers every zone once, and the one that is kept", () => {
  const zones = timeZones("Mars/Base").map((zone) => zone.value);
  expect(zones).toContain("Europe/London");
  expect(zones).toContain("UTC");
  expect(zones).toContain("Mars/Base");
  expect(new Set(zones).size).toBe(zones.length);
});

it("offers countries by name, and no old or made-up ones", () => {
  const found = countries("Not chosen", "ZX");
  expect(found[0]).toEqual({ value: "", label: "Not chosen" });
  const codes = found.map((choice) => choice.value);
  for (const code of ["GB", "DE", "ZA", "ZX"]) expect(codes).toContain(code);
  for (const code of ["UK", "EU", "DD", "SU", "XA"]) expect(codes).not.toContain(code);
});
