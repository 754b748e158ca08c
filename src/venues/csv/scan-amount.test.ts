import fc from "fast-check";
import { expect, test } from "vitest";
import { isProblem, readDecimal } from "../../core/num/index.ts";
import { scanAmount, scannedAmount } from "./scan-amount.ts";

function scan(text: string): { mantissa: bigint; digits: number } | undefined {
  const end = scanAmount(Buffer.from(`${text},5`), 0);
  return end === Buffer.byteLength(text) ? { mantissa: BigInt(scannedAmount.mantissa), digits: scannedAmount.digits } : undefined;
}

test.each([["1.50", 15n, 1], ["-0.00", 0n, 0], [".5", 5n, 1], ["5.", 5n, 0], ["-120", -120n, 0], ["100.000", 100n, 0]])("%s", (text, mantissa, digits) => {
  expect(scan(text)).toEqual({ mantissa, digits });
});

test("where it answers, it answers as readDecimal does; and it answers for plain numbers of up to 15 digits", () => {
  const anyNumber = fc.oneof(fc.string({ unit: fc.constantFrom(..."0123456789.-+e "), maxLength: 18 }), fc.stringMatching(/^[+-]?\d{1,9}(\.\d{1,8})?$/));
  fc.assert(
    fc.property(anyNumber, (text) => {
      const fast = scan(text);
      const read = readDecimal(text);
      if (fast !== undefined) expect(read).toEqual(fast);
      else expect(isProblem(read) || !/^[+-]?\d*\.?\d*$/.test(text) || text.replace(/\D/g, "").length > 15).toBe(true);
    }),
    { numRuns: 5000 },
  );
});
