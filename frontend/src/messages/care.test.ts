import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { endParts } from "../ending";
import { helping } from "../shell/helping.svelte";
import { talk } from "../strings/en_talk";
import { care } from "./care.svelte";
import CareCard from "./CareCard.svelte";
import { givenContact } from "./given";

beforeEach(() => vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new Error("no line")))));
afterEach(() => {
  cleanup();
  endParts();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("which conversation has a card", () => {
  it("is known from what was sent there, and told to nobody", () => {
    care.look("c1", "The bus was late");
    care.look("c2", "I want to die");
    expect(care.cards).toEqual({ c2: "suicide" });
    expect(fetch).not.toHaveBeenCalled();
  });

  it("rests after it was closed, but comes back for something graver, and later", () => {
    vi.useFakeTimers();
    care.look("c1", "I want to hurt myself");
    care.close("c1");
    care.look("c1", "I want to hurt myself");
    expect(care.cards).toEqual({});
    care.look("c1", "I want to die");
    expect(care.cards).toEqual({ c1: "suicide" });
    care.close("c1");
    vi.advanceTimersByTime(31 * 60_000);
    care.look("c1", "I want to hurt myself");
    expect(care.cards).toEqual({ c1: "self_harm" });
  });

  it("is forgotten when the person leaves the tab", () => {
    care.look("c1", "I want to die");
    endParts();
    expect(care.cards).toEqual({});
  });
});

describe("the card", () => {
  it("has numbers to call, and a way to the therapist that sends nothing", async () => {
    const ontell = vi.fn();
    render(CareCard, { risk: "suicide", therapist: givenContact("Ana", { reason: "therapist" }), ontell, onclose: () => {} });
    expect(document.querySelectorAll("a[href^='tel:']").length).toBeGreaterThan(0);
    expect(screen.getByRole("link", { name: talk.care.plan }).getAttribute("href")).toBe("/safety-plan");
    await fireEvent.click(screen.getByRole("button", { name: "Tell Ana" }));
    expect(ontell).toHaveBeenCalledOnce();
  });

  it("leads to the facilitators where there is no therapist to write to, and can be closed", async () => {
    const onclose = vi.fn();
    render(CareCard, { risk: "others", therapist: null, ontell: () => {}, onclose });
    await fireEvent.click(screen.getByRole("button", { name: talk.care.tellFacilitator }));
    expect(helping.tell).toBe(true);
    helping.tell = false;
    await fireEvent.click(screen.getByRole("button", { name: talk.care.close }));
    expect(onclose).toHaveBeenCalledOnce();
  });
});
