import { expect, it } from "vitest";
import { fitting } from "./rows";

const rows = [
  { name: "Zoë Müller", email: "zoe@example.org" },
  { name: "Ben", email: "ben.ode@example.org" },
];
const names = (search: string) => fitting(rows, search).map((row) => row.name);

it("finds by parts of name and address, whatever the case and accents", () => {
  expect(names("")).toHaveLength(2);
  expect(names("zoe mull")).toEqual(["Zoë Müller"]);
  expect(names("ODE@")).toEqual(["Ben"]);
  expect(names("ben müller")).toEqual([]);
});
