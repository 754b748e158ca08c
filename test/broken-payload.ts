import fc from "fast-check";

const VALUES: readonly unknown[] = ["", "0", "-1", "NaN", "1e400", "0.1234567890123456789", "yes", "\u0000", "__proto__", null, true, false, [], {}, -5, 1e21, 0.5, [[[]]], { a: { b: [] } }, { isLosslessNumber: true, toString: 5 }, "€".repeat(3_000), "9".repeat(5_000)];
const NAMES = ["id", "side", "fills", "msg", "market", "__proto__", "constructor", "toString", "maker_orders", "tokens", "isLosslessNumber"];

/** A text that a venue could have sent, with something done to it: fields gone or replaced, rows of others in it, bytes cut or changed; or none of this, but noise. */
export function anyBrokenPayload(lines: readonly string[]): fc.Arbitrary<string> {
  const line = fc.constantFrom(...lines);
  const changed = fc.tuple(line, fc.array(fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(...VALUES), fc.jsonValue())), { minLength: 1, maxLength: 3 })).map(([text, changes]) => {
    const value = JSON.parse(text) as unknown;
    for (const [at, by] of changes) replaceAt(value, at, structuredClone(by));
    return JSON.stringify(value);
  });
  const cut = fc.tuple(line, fc.nat(), fc.nat(), fc.string({ unit: "binary", maxLength: 4 })).map(([text, from, length, by]) => text.slice(0, from % text.length) + by + text.slice((from + length) % text.length));
  const noise = fc.oneof(fc.json(), fc.string({ unit: "binary" }), fc.dictionary(fc.constantFrom(...NAMES), fc.jsonValue()).map((value) => JSON.stringify(value)), fc.constant("[".repeat(20_000)));
  return fc.oneof({ weight: 4, arbitrary: changed }, { weight: 3, arbitrary: cut }, { weight: 1, arbitrary: noise });
}

/** Puts something in the place of one value inside of another, counted in the order of reading. */
function replaceAt(value: unknown, at: number, by: unknown): void {
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const walk = (holder: unknown): void => {
    if (typeof holder !== "object" || holder === null) return;
    for (const key of Object.keys(holder)) {
      places.push([holder as Record<string, unknown>, key]);
      walk((holder as Record<string, unknown>)[key]);
    }
  };
  walk(value);
  if (places.length === 0) return;
  const [holder, key] = places[at % places.length]!;
  if (by === undefined) Reflect.deleteProperty(holder, key);
  else holder[key] = by;
}
