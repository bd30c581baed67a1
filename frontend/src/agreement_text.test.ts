import { render } from "@testing-library/svelte";
import { expect, it } from "vitest";
import { blocks, spans } from "./agreement_text";
import AgreementText from "./ui/AgreementText.svelte";

it("reads paragraphs, lists and strong words", () => {
  const text = "We promise:\n\n- **Kind.** I am\n  kind.\n* Here\n\n1. One\n2) Two\n\nI can\nleave.";
  const read = blocks(text);
  expect(read.map((block) => block.kind)).toEqual(["paragraph", "list", "list", "paragraph"]);
  expect(read[1]).toEqual({
    kind: "list",
    ordered: false,
    items: [
      [
        { text: "Kind.", strong: true },
        { text: " I am", strong: false },
        { text: " kind.", strong: false },
      ],
      [{ text: "Here", strong: false }],
    ],
  });
  expect(read[2]).toMatchObject({ ordered: true });
});

it("leaves stars alone that mean nothing", () => {
  expect(spans("2 ** 3 ** 4")).toEqual([{ text: "2 ** 3 ** 4", strong: false }]);
  expect(spans("**")).toEqual([{ text: "**", strong: false }]);
  expect(blocks("")).toEqual([]);
  expect(blocks("## Our rules ##")).toEqual([{ kind: "paragraph", words: [{ text: "Our rules", strong: true }] }]);
});

it("shows everything else as the words that were typed", () => {
  const nasty = '<img src=x onerror="alert(1)"> **<b>x</b>** [a](javascript:alert(1))\n\n- <script>1</script>';
  const { container } = render(AgreementText, { text: nasty });
  expect(container.querySelector("img, script, b, a")).toBeNull();
  expect(container.textContent).toContain('<img src=x onerror="alert(1)">');
  expect(container.querySelector("strong")?.textContent).toBe("<b>x</b>");
  expect(container.querySelector("li")?.textContent).toBe("<script>1</script>");
});

it("takes long lines quickly", () => {
  const began = performance.now();
  blocks("**a ".repeat(5000));
  expect(performance.now() - began).toBeLessThan(1500);
});
