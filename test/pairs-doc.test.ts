import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./files.ts";
import { dec, ToldPair } from "./pair-kit.ts";
import type { PairSide, PairVenue } from "../src/core/pairs/index.ts";

/** The `pair` blocks of docs/pairs.md: each is a pair, told and asked line by line. */
const text = readFileSync(join(root, "docs/pairs.md"), "utf8");
const blocks = [...text.matchAll(/```pair\n([\s\S]*?)```/g)].map((found) => ({ title: text.slice(0, found.index).split(/^## /m).at(-1)!.split("\n")[0]!, lines: found[1]!.trim().split("\n") }));

/** Tells the pair a line, or checks what it expects. */
function tell(pair: ToldPair, line: string): void {
  const [verb = "", venue = "", side = "", quantity = "", , cents = "", ...rest] = line.split(" ");
  const option = (name: string): string | undefined => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined);
  const [fee, id, feeShares] = [option("fee"), option("id"), option("feeShares")];
  switch (verb) {
    case "buy":
    case "sell": {
      const fill = pair.fill(verb, venue as PairVenue, side as PairSide, quantity, cents, { ...(fee !== undefined && { fee }), ...(id !== undefined && { id }), isFinal: !rest.includes("unconfirmed") });
      pair.take(feeShares === undefined ? fill : { ...fill, feeShares: dec(feeShares) });
      break;
    }
    case "merge":
      pair.merge(venue);
      break;
    case "void":
      pair.void(venue as PairVenue, side);
      break;
    case "settle":
      pair.settle(venue as PairVenue, side);
      break;
    case "dispute":
      pair.settle(venue as PairVenue, "50", { stage: "disputed" });
      break;
    case "pair:":
      expectOf(pair, line.slice("pair: ".length));
      return;
    default:
      throw new Error(`no line of a pair: ${line}`);
  }
  expect(pair.verdicts.at(-1)?.is, line).toBe("new");
}

function expectOf(pair: ToldPair, fields: string): void {
  const view = pair.view() as unknown as Record<string, unknown>;
  for (const field of fields.split(", ")) {
    const [name = "", expected] = field.split(" ");
    const found = name.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], view);
    expect(found, `${name} of ${pair.verdicts.length} facts`).not.toBeUndefined();
    expect(String(found), name).toBe(expected);
  }
}

test.each(blocks.map((block, i) => [`${i + 1}, ${block.title}`, block] as const))("block %s says what is so", (_name, { lines }) => {
  const pair = new ToldPair();
  for (const line of lines) tell(pair, line);
});

test("every block asks something, and a wrong figure is seen", () => {
  expect(blocks.length).toBeGreaterThan(7);
  for (const { lines } of blocks) expect(lines.at(-1)).toMatch(/^pair: /);
  const pair = new ToldPair().buy("polymarket", "yes", "10", "45");
  expect(() => { tell(pair, "pair: costCents 451"); }).toThrow("costCents");
  expect(() => { tell(pair, "pair: horoscope 1"); }).toThrow("horoscope");
});
