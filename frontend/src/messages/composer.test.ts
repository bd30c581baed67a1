import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { createRawSnippet, tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { endParts } from "../ending";
import { MOST_BYTES } from "../sealed/pictures";
import { keepDraft, offerWords, readDraft } from "../sealed/drafts";
import { helping } from "../shell/helping.svelte";
import { talk } from "../strings/en_talk";
import Composer from "./Composer.svelte";

beforeEach(() => endParts());
afterEach(cleanup);

const lines = createRawSnippet(() => ({ render: () => "<p>Usually within two days</p>" }));
const settle = async () => {
  await new Promise((done) => setTimeout(done));
  await tick();
};

async function show(more: Record<string, unknown> = {}) {
  const ontext = vi.fn(async (_body: string, _reply: string | null) => {});
  const onfile = vi.fn(async (_file: File) => {});
  const onsent = vi.fn();
  const given = { conversation: "c1", title: "Ana", blocked: "", reply: null, ontext, onfile, onsent, onjump: () => {}, lines, ...more };
  const part = render(Composer, given);
  await settle();
  return { ontext: given.ontext as typeof ontext, onfile: given.onfile as typeof onfile, onsent, part };
}

const box = () => screen.getByRole<HTMLTextAreaElement>("textbox");
const type = (value: string) => fireEvent.input(box(), { target: { value } });
const press = () => fireEvent.keyDown(box(), { key: "Enter", ctrlKey: true });
const pick = (...files: File[]) => fireEvent.change(document.querySelector("input[type=file]")!, { target: { files } });

function sized(name: string, size: number): File {
  const file = new File(["x"], name, { type: "application/pdf" });
  Object.defineProperty(file, "size", { value: size });
  return file;
}

describe("the text box", () => {
  it("sends by Ctrl and Enter, with the message it answers, and is empty at once", async () => {
    const { ontext, onsent } = await show({ reply: { id: "$7", name: "Ana" } });
    await type("Yes, on Tuesday");
    await press();
    expect(box().value).toBe("");
    await settle();
    expect(ontext.mock.calls).toEqual([["Yes, on Tuesday", "$7"]]);
    expect(onsent).toHaveBeenCalledWith("Yes, on Tuesday");
    expect(screen.queryByText(/Replying to/)).toBeNull();
  });

  it("gives the words back when they could not be taken, and says why", async () => {
    const { onsent } = await show({ ontext: vi.fn(() => Promise.reject(new Error("locked"))), reply: { id: "$7", name: "Ana" } });
    await type("Not lost");
    await press();
    await settle();
    expect(box().value).toBe("Not lost");
    expect(screen.getByRole("alert").textContent).toMatch(/Nothing you wrote is lost/);
    expect(screen.getByText("Replying to Ana")).toBeTruthy();
    expect(onsent).not.toHaveBeenCalled();
  });

  it("can be written in but sends nothing while keys have changed", async () => {
    const { ontext } = await show({ blocked: talk.composer.blocked });
    await type("Wait");
    await press();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: talk.composer.send }).disabled).toBe(true);
    expect(ontext).not.toHaveBeenCalled();
    expect(box().value).toBe("Wait");
  });

  it("refuses what is too long before it is sent", async () => {
    const { ontext } = await show();
    await type("é".repeat(20_000));
    await press();
    expect(screen.getByText(talk.composer.tooLong)).toBeTruthy();
    expect(ontext).not.toHaveBeenCalled();
  });

  it("has what to expect, and help one tap away", async () => {
    await show();
    expect(screen.getByText("Usually within two days")).toBeTruthy();
    expect(screen.getByText(talk.composer.notUrgent)).toBeTruthy();
    await fireEvent.click(screen.getByRole("button", { name: talk.composer.crisis }));
    expect(helping.crisis).toBe(true);
    helping.crisis = false;
  });
});

describe("a draft", () => {
  it("stays in this tab while the vault can't take it, and comes back", async () => {
    const { part } = await show();
    await type("Half a thought");
    part.unmount();
    await settle();
    await show();
    expect(box().value).toBe("Half a thought");
  });

  it("of another conversation stays there", async () => {
    await keepDraft("c2", "For Ben");
    await show();
    expect(box().value).toBe("");
  });

  it("takes in words that were offered, and sends nothing by itself", async () => {
    await keepDraft("c1", "Mine");
    offerWords("c1", talk.care.line);
    const { ontext } = await show();
    expect(box().value).toBe(`Mine\n\n${talk.care.line}`);
    expect(ontext).not.toHaveBeenCalled();
  });

  it("is let go of when the person leaves the tab", async () => {
    await keepDraft("c1", "Mine");
    endParts();
    expect(await readDraft("c1")).toBe("");
  });
});

describe("files", () => {
  it("are refused when they are too large or empty, and the reason says how large", async () => {
    const { onfile } = await show();
    await pick(sized("film.pdf", MOST_BYTES + 1));
    expect(screen.getByRole("alert").textContent).toBe("film.pdf is 26.2 MB. A file can have 25 MB at most.");
    await pick(sized("nothing.pdf", 0));
    expect(screen.getByRole("alert").textContent).toBe("nothing.pdf is empty.");
    expect(onfile).not.toHaveBeenCalled();
  });

  it("go after the words, one by one, and are gone from the list", async () => {
    const { ontext, onfile } = await show();
    await pick(sized("a.pdf", 10), sized("b.pdf", 20));
    await type("Two letters");
    await press();
    await settle();
    await settle();
    expect(ontext).toHaveBeenCalledWith("Two letters", null);
    expect(onfile.mock.calls.map(([file]) => file.name)).toEqual(["a.pdf", "b.pdf"]);
    expect(screen.queryByRole("list")).toBeNull();
  });

  it("stay with the reason when one was not taken", async () => {
    await show({ onfile: vi.fn(() => Promise.reject(new Error("offline"))) });
    await pick(sized("a.pdf", 10));
    await fireEvent.click(screen.getByRole("button", { name: talk.composer.send }));
    await settle();
    await settle();
    expect(screen.getByRole("listitem").textContent).toMatch(/a\.pdf was not sent\. /);
    await fireEvent.click(screen.getByRole("button", { name: "Remove a.pdf" }));
    expect(screen.queryByRole("list")).toBeNull();
  });
});
