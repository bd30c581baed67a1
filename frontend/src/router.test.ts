import { get } from "svelte/store";
import { afterEach, beforeEach, expect, it } from "vitest";
import { isOpen, match, navigate, nextPath, route, startRouter } from "./router";

let stop: () => void;

beforeEach(() => {
  history.replaceState(null, "", "/");
  stop = startRouter();
});
afterEach(() => stop());

it("finds the screen and its parts", () => {
  expect(match("/")).toMatchObject({ name: "home", params: {} });
  expect(match("/groups/a/topics/b/")).toMatchObject({ name: "topic", params: { id: "a", topicId: "b" } });
  expect(match("/invite/abc.def?x=1")).toMatchObject({ name: "invite", params: { token: "abc.def" } });
  expect(match("/nothing/here").name).toBe("absent");
  expect(match("/groups/%E0%A4%A").name).toBe("absent");
});

it("knows which pages need a sign-in", () => {
  expect(isOpen("invite")).toBe(true);
  expect(isOpen("group")).toBe(false);
});

it("goes on only to pages of this site", () => {
  expect(nextPath(new URLSearchParams("next=/groups/1"))).toBe("/groups/1");
  for (const bad of ["//evil.invalid", "/\\evil.invalid", "https://evil.invalid", "/sign-in", ""]) {
    expect(nextPath(new URLSearchParams({ next: bad }))).toBe("/");
  }
});

it("follows links without loading the page anew, and leaves files and other sites alone", () => {
  document.body.innerHTML = `<a id="in" href="/people"><b>People</b></a><a id="api" href="/api/me">x</a><a id="out" href="https://example.invalid/">y</a>`;
  const click = (id: string) => {
    const event = new MouseEvent("click", { bubbles: true, cancelable: true });
    const stopped = { by: false };
    document.addEventListener("click", (late) => (stopped.by = late.defaultPrevented) || late.preventDefault(), { once: true });
    (document.querySelector(`#${id} b`) ?? document.getElementById(id))!.dispatchEvent(event);
    return stopped.by;
  };
  expect(click("in")).toBe(true);
  expect(get(route).name).toBe("people");
  expect(click("api")).toBe(false);
  expect(click("out")).toBe(false);
  navigate("/me", { replace: true });
  expect(location.pathname).toBe("/me");
});
