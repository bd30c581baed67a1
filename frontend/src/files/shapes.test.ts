import { describe, expect, it } from "vitest";
import { addressOf, misfit, MOST_BYTES, MOST_FILES, typeOf } from "./shapes";

describe("what may go with a post", () => {
  it("goes by the type that the browser says, else by the ending", () => {
    expect(typeOf({ name: "a.bin", type: "image/PNG" })).toBe("image/png");
    expect(typeOf({ name: "Walk.JPG", type: "" })).toBe("image/jpeg");
    expect(typeOf({ name: "sheet.pdf", type: "application/octet-stream" })).toBe("application/pdf");
    expect(typeOf({ name: "page.pdf", type: "text/html" })).toBe("");
    expect(typeOf({ name: "noending", type: "" })).toBe("");
  });

  it("says why something does not fit", () => {
    const good = { name: "a.png", type: "image/png", size: 10 };
    expect(misfit(good, 0)).toBeNull();
    expect(misfit(good, MOST_FILES)).toBe("many");
    expect(misfit({ ...good, type: "video/mp4" }, 0)).toBe("kind");
    expect(misfit({ ...good, size: 0 }, 0)).toBe("empty");
    expect(misfit({ ...good, size: MOST_BYTES + 1 }, 0)).toBe("tooLarge");
    expect(misfit({ ...good, size: MOST_BYTES }, 0)).toBeNull();
  });

  it("knows where the bytes are", () => {
    expect(addressOf("a")).toBe("/api/files/a");
    expect(addressOf("a", "small")).toBe("/api/files/a?small=1");
  });
});
