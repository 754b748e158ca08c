import { isProblem, readDecimal } from "../num/index.ts";
import { aheadOf } from "./ahead.ts";
import type { Mark } from "./fact.ts";
import { incrementDigits, INSTRUMENT_KINDS, instrumentProblem, type Instrument } from "./instrument.ts";
import { nameProblem } from "./name.ts";
import { readTime } from "./time.ts";

/** Values by column, as the header of a file names it, without spaces around them; "" and a missing one are empty. */
type Texts = Readonly<Record<string, string | undefined>>;

/** Why texts are not what they should be: the column at fault, and how to mend it. */
export interface TextProblem {
  readonly column: string;
  readonly reason: string;
  readonly code?: string; // where it is more than that texts cannot be read
}

/** A definition out of its texts. What is left out of base, settle and multiplier is the symbol, the quote (the base, if inverse) and 1. */
export function readInstrument(texts: Texts): Instrument | TextProblem {
  const text = (column: string) => texts[column] ?? "";
  const kind = INSTRUMENT_KINDS.find((one) => one === text("kind").toLowerCase());
  if (kind === undefined) return { column: "kind", reason: `"${text("kind")}" is not one of ${INSTRUMENT_KINDS.join(", ")}` };
  const inverse = { "": false, false: false, "0": false, true: true, "1": true }[text("inverse").toLowerCase()];
  if (inverse === undefined) return { column: "inverse", reason: `"${text("inverse")}" is neither true nor false` };
  const symbol = text("symbol");
  const base = text("base") || symbol;
  const quote = text("quote");
  const settle = text("settle") || (inverse ? base : quote);
  const multiplier = readDecimal(text("multiplier") || "1");
  if (isProblem(multiplier)) return { column: "multiplier", reason: multiplier.why };
  const increments = { price_increment: incrementDigits(text("price_increment")), quantity_increment: incrementDigits(text("quantity_increment")) };
  for (const [column, digits] of Object.entries(increments)) if (digits === undefined && text(column) !== "") return { column, reason: `"${text(column)}" is not a number above 0` };
  const expires = text("expires") === "" ? undefined : readTime(text("expires"));
  if (expires !== undefined && "problem" in expires) return { column: "expires", reason: expires.why };
  const instrument: Instrument = {
    venue: text("venue"), symbol, kind, base, quote, settle, multiplier, inverse,
    priceDigits: increments.price_increment, quantityDigits: increments.quantity_increment,
    ...(text("price_increment") === "" ? {} : { priceIncrement: text("price_increment") }),
    ...(text("quantity_increment") === "" ? {} : { quantityIncrement: text("quantity_increment") }),
    ...(expires === undefined ? {} : { expiresNs: expires.ns }),
  };
  return instrumentProblem(instrument) ?? instrument;
}

/**
 * A mark out of its texts. One of a time that has not come would outweigh every mark until then, and never be too old: it
 * is refused.
 * @param nowNs the clock of whoever takes it
 * @example readMark({ symbol: "ABC", price: "10.50", timestamp: "1970-01-01" }, 0n) // => { venue: "", symbol: "ABC", price: "10.50", timeNs: 0n }
 * @example readMark({ symbol: "", price: "10", timestamp: "1970-01-01" }, 0n) // => { column: "symbol", reason: "is empty" }
 */
export function readMark(texts: Texts, nowNs: bigint): Mark | TextProblem {
  const { venue = "", symbol = "", price: written = "", timestamp = "" } = texts;
  const price = readDecimal(written);
  if (isProblem(price)) return { column: "price", reason: price.why };
  const unnamed = nameProblem(symbol);
  if (unnamed !== undefined) return { column: "symbol", reason: unnamed };
  const nowhere = venue === "" ? undefined : nameProblem(venue);
  if (nowhere !== undefined) return { column: "venue", reason: nowhere };
  const time = readTime(timestamp);
  if ("problem" in time) return { column: "timestamp", reason: time.why };
  const ahead = aheadOf(time.ns, nowNs);
  if (ahead !== undefined) return { column: "timestamp", code: "future_time", reason: `future_time: ${ahead}: a mark is taken once its time has come. Times without a zone are UTC` };
  return { venue, symbol, price: written, timeNs: time.ns };
}
