import fc from "fast-check";
import { expect, test } from "vitest";
import { ABSENT, ByteIndex, nameBytes, scanName, scannedName, TripleIndex } from "./byte-index.ts";

test("texts keep their numbers, even where all hashes are the same", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 4 }), { maxLength: 200 }), fc.boolean(), (texts, sameHash) => {
      const index = new ByteIndex();
      const known = new Map<string, number>();
      for (const text of texts) {
        const bytes = Buffer.from(`<${text}>`);
        const hash = sameHash ? 7 : text.length;
        const end = bytes.length - 1;
        expect(index.find(bytes, 1, end, hash)).toBe(known.get(text) ?? ABSENT);
        if (known.has(text)) continue;
        index.set(bytes, 1, end, hash);
        known.set(text, known.size);
      }
    }),
  );
});

test("triples keep their numbers", () => {
  const anyTriple = fc.tuple(fc.integer({ min: -1, max: 5 }), fc.integer({ min: -1, max: 5 }), fc.nat(100));
  fc.assert(
    fc.property(fc.array(anyTriple, { maxLength: 200 }), (triples) => {
      const index = new TripleIndex();
      const known = new Map<string, number>();
      for (const [a, b, c] of triples) {
        expect(index.find(a, b, c)).toBe(known.get(`${a} ${b} ${c}`) ?? ABSENT);
        if (known.has(`${a} ${b} ${c}`)) continue;
        index.set(a, b, c, known.size);
        known.set(`${a} ${b} ${c}`, known.size);
      }
    }),
  );
});

test("a name ends at the separator or at what is no plain text, and has no spaces around it", () => {
  const end = (text: string) => scanName(Buffer.from(text), 0, nameBytes(44));
  expect([end("ab c,"), end('a"'), end("é,"), end(" a,"), end("a ,"), end("x".repeat(257)), end("a")]).toEqual([4, 1, 0, -1, -1, -1, 1]);
  end("BTC,");
  const { hash } = scannedName;
  end("BTC\n");
  expect(scannedName.hash).toBe(hash);
});
