import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonOf } from "./copy-text.ts";

test("JSON keeps every text but NUL, for which U+FFFD stands, also where a text spells an escape", () => {
  const piece = fc.constantFrom("\0", "\\", "u0000", "\\u0000", "a", "\"", "✓");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join("");
      const json = jsonOf({ text });
      expect(json).not.toMatch(/(?<!\\)(\\\\)*\\u0000/);
      expect(JSON.parse(json)).toEqual({ text: text.replaceAll("\0", "\uFFFD") });
    }),
  );
});
