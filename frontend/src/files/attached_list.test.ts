import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Connection } from "../socket";
import { files as words } from "../strings/en_files";
import AttachedList from "./AttachedList.svelte";
import { Attached } from "./attached.svelte";

const line = vi.hoisted(() => ({ hear: (_now: Connection) => {} }));
vi.mock("../socket", async () => {
  const { writable } = await import("svelte/store");
  const connection = writable<Connection>("offline");
  line.hear = (now) => connection.set(now);
  return { connection };
});

let busy: boolean;
let tries: number;

beforeEach(() => {
  busy = true;
  tries = 0;
  document.cookie = "csrftoken=t";
  class Sending {
    upload = {};
    status = 0;
    responseText = "";
    onload = () => {};
    open(): void {}
    setRequestHeader(): void {}
    send(): void {
      tries++;
      this.status = busy ? 503 : 200;
      this.responseText = JSON.stringify(busy ? { type: "busy", status: 503 } : { id: "f1" });
      setTimeout(() => this.onload());
    }
  }
  vi.stubGlobal("XMLHttpRequest", Sending);
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const shown = (state: string) => vi.waitFor(() => expect(screen.getByText(new RegExp(state))).toBeTruthy());
const settle = () => new Promise((done) => setTimeout(done, 120));

async function lineComes(): Promise<void> {
  line.hear("offline");
  await settle();
  line.hear("connected");
  await settle();
}

it("a file that a busy server does not take is tried once for each time that the line comes", async () => {
  line.hear("connected");
  const attached = new Attached("ana", () => {});
  render(AttachedList, { attached, onchanged: () => {}, onemptied: () => {} });
  await attached.add([new File(["%PDF-1.4"], "plan.pdf", { type: "application/pdf" })]);
  await shown(words.keptHere);
  await settle();
  expect(tries).toBe(1);
  await lineComes();
  expect(tries).toBe(2);
  busy = false;
  await lineComes();
  await shown(words.ready);
  expect(tries).toBe(3);
});
