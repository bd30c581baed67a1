import { expect, it } from "vitest";
import { doorOf, type Invitation, type Visitor } from "./door";

const invitation: Invitation = {
  practice: "Linden House",
  group: { id: "g", name: "Tuesday circle", facilitators: ["Anna"] },
  email: "rosa@example.org",
  name: "",
  role: "member",
  has_account: false,
  agreement: { version: 1, text: "Be kind." },
  expires_at: "2026-12-07T00:00:00Z",
};
const nobody: Visitor = { status: "out", email: "", groups: [] };
const rosa: Visitor = { status: "in", email: "Rosa@example.org", groups: [] };

it("knows the one way through for each visitor", () => {
  expect(doorOf(invitation, { ...nobody, status: "loading" })).toBe("wait");
  expect(doorOf(invitation, nobody)).toBe("join");
  expect(doorOf({ ...invitation, has_account: true }, nobody)).toBe("signIn");
  expect(doorOf(invitation, rosa)).toBe("accept");
  expect(doorOf(invitation, { ...rosa, groups: ["g"] })).toBe("member");
  expect(doorOf(invitation, { ...rosa, email: "ben@example.org" })).toBe("someoneElse");
  expect(doorOf({ ...invitation, group: null }, { ...rosa, groups: ["g"] })).toBe("accept");
});
