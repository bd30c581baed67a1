import { afterEach, expect, it, vi } from "vitest";
import { readNoticesAt } from "./here";

afterEach(() => vi.unstubAllGlobals());

/** A server with these unread notices; answers the ids that were read. */
function given(...notices: { id: string; kind: string; link: string; read?: boolean }[]): string[] {
  const read: string[] = [];
  document.cookie = "csrftoken=abc";
  const fetch = vi.fn((path: string, options: RequestInit) => {
    if (path === "/api/notice.read") read.push((JSON.parse(String(options.body)) as { id: string }).id);
    const rows = notices.map((one) => ({ about: "", at: "", read: false, ...one }));
    return Promise.resolve(new Response(JSON.stringify({ notices: rows, unread: rows.length, more: false })));
  });
  vi.stubGlobal("fetch", fetch);
  return read;
}

const TASK = { kind: "assignment.given", link: "/assignments/7" };

it("reads what leads to the page that is open, and nothing else", async () => {
  const read = given({ id: "a", ...TASK }, { id: "b", ...TASK, link: "/assignments/8" }, { id: "c", ...TASK, link: "/assignments/7?to=words" }, { id: "d", ...TASK, read: true });
  await readNoticesAt("/assignments/7");
  expect(read).toEqual(["a", "c"]);
});

it.each(["summary.published", "message.waiting", "care.called"])("leaves %s unread, which is read by more than opening a page", async (kind) => {
  const read = given({ id: "a", kind, link: "/here" });
  await readNoticesAt("/here");
  expect(read).toEqual([]);
});

it("leaves everything unread while the page is out of sight", async () => {
  const read = given({ id: "a", ...TASK });
  const sight = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  await readNoticesAt("/assignments/7");
  sight.mockRestore();
  expect(read).toEqual([]);
});
