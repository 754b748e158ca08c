import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Book, followerOf, PNL_KEYS, PNL_VIEWS, pnlBy, positionsOf, Trips, tripView, type RowWatcher, type TripView } from "../src/core/book/index.ts";
import { Engine, fold, isEventProblem, MemoryStore, readEvent } from "../src/core/engine/index.ts";
import { Directory, FillColumns, formatTimeAs, incrementDigits, readTime, type Fill, type Instrument, type InstrumentKind } from "../src/core/model/index.ts";
import { isProblem, readDecimal, type Decimal } from "../src/core/num/index.ts";
import { root } from "./files.ts";

/** The `book` blocks of docs/accounting.md: each is a small book, told and asked line by line. */
const text = readFileSync(join(root, "docs/accounting.md"), "utf8");
const blocks = [...text.matchAll(/```book\n([\s\S]*?)```/g)].map((found) => ({
  title: text.slice(0, found.index).split(/^## /m).at(-1)!.split("\n")[0]!,
  lines: found[1]!.trim().split("\n"),
}));

const TOLD_AT = "2024-03-01T09:00:00Z";

class ToldBook {
  readonly #store = new MemoryStore();
  readonly #engine = new Engine(this.#store, { currency: "USD" });
  readonly #source = new Directory();
  #seconds = 0n;

  /** Takes a line in, or checks what it expects. */
  tell(line: string): void {
    const [verb = "", ...words] = line.split(" ");
    if (verb === "buy" || verb === "sell") this.#fill(verb, words);
    else if (verb === "mark") this.#mark(words);
    else if (verb === "define") this.#define(words);
    else if (verb === "event") this.#event(line, words);
    else if (verb === "pnl") this.#expectPnl(line);
    else if (verb === "trip") this.#expectTrip(line);
    else this.#expect(line);
  }

  #toldAgain(watcher: RowWatcher | undefined): Book {
    return fold(() => this.#store.blocks(), { currency: "USD", watcher }).book;
  }

  #fill(side: "buy" | "sell", [quantity, symbol, , price, ...rest]: string[]): void {
    const options = optionsOf(rest);
    const units = decimal(quantity!);
    const fill: Fill = {
      account: "default", venue: options["on"] ?? "x", symbol: symbol!, id: options["id"] ?? `${this.#engine.seq}`,
      quantity: side === "buy" ? units : { ...units, mantissa: -units.mantissa }, price: decimal(price!), fee: decimal(options["fee"] ?? "0"), feeCurrency: options["currency"] ?? "",
      time: this.#time(options["time"]), venueType: "unknown", liquidity: "", strategy: options["strategy"] ?? "", signalId: "",
    };
    const columns = new FillColumns(1);
    columns.push(fill, this.#source);
    this.#engine.bookFills(columns, this.#source, 0n);
  }

  #mark([symbol, price, ...rest]: string[]): void {
    const options = optionsOf(rest);
    this.#engine.mark([{ venue: options["on"] ?? "", symbol: symbol!, price: price!, timeNs: this.#time(options["time"]).ns }], 0n);
  }

  #define([symbol, ...rest]: string[]): void {
    const { kind, base, quote, settle, multiplier = "1", inverse } = optionsOf(rest);
    const instrument: Instrument = {
      venue: "", symbol: symbol!, kind: kind as InstrumentKind, base: base!, quote: quote!, settle: settle!, multiplier: decimal(multiplier), inverse: inverse === "true",
      priceDigits: incrementDigits(""), quantityDigits: incrementDigits(""),
    };
    this.#engine.define([instrument], 0n);
  }

  /** `event split symbol ABC ratio 2`: columns and values of `fillbook events`; `: refused CODE` at its end says what becomes of it. */
  #event(line: string, words: readonly string[]): void {
    const [said = "", expected] = words.join(" ").split(": refused ");
    const [type = "", ...rest] = said.split(" ");
    const { ns } = this.#time(undefined);
    const pairs = Array.from({ length: rest.length / 2 }, (_, i): [string, string] => [rest[i * 2]!, rest[i * 2 + 1]!]);
    const report = readEvent({ type, timestamp: formatTimeAs(ns, "ns"), ...Object.fromEntries(pairs) }, ns);
    if (isEventProblem(report)) throw new Error(`${line}: ${report.column} ${report.reason}`);
    const [decision] = this.#engine.take([report], 0n);
    expect(decision?.is === "refused" ? decision.code : undefined, line).toBe(expected);
  }

  #expect(line: string): void {
    const [subject = "", figures = ""] = line.split(/: (.*)/);
    const [symbol, venue] = subject.split(" on ");
    const [position] = positionsOf(this.#engine.book, { nowNs: this.#time(TOLD_AT).ns }, { symbol });
    expectFigures(line, figures, venue === undefined ? position : position?.venues.find((one) => one.venue === venue));
  }

  /** `pnl view exit: realized 1, …`, or of one group `pnl view exit by strategy carry: …`. */
  #expectPnl(line: string): void {
    const [subject = "", figures = ""] = line.split(/: (.*)/);
    const [, , name, , key = "symbol", group] = subject.split(" ");
    const view = PNL_VIEWS.find((one) => one === name)!;
    const by = PNL_KEYS.find((one) => one === key)!;
    const follower = followerOf(view, by, this.#engine.book.rates);
    const { groups, total } = pnlBy(this.#toldAgain(follower), by, { nowNs: this.#time(TOLD_AT).ns }, undefined, view, follower);
    expectFigures(line, figures, group === undefined ? total : groups.find((one) => (one.key || "untagged") === group));
  }

  /** `trip 1: direction long, …`: the first of the net rows that closed. */
  #expectTrip(line: string): void {
    const [subject = "", figures = ""] = line.split(/: (.*)/);
    const trips: TripView[] = [];
    this.#toldAgain(new Trips(this.#engine.book.rates, ({ isNet }) => isNet, (trip) => trips.push(tripView(trip))));
    expectFigures(line, figures, trips[Number(subject.split(" ")[1]) - 1]);
  }

  #time(told: string | undefined) {
    const read = readTime(told ?? TOLD_AT);
    if ("problem" in read) throw new Error(read.why);
    this.#seconds += 1n;
    return told === undefined ? { ...read, ns: read.ns + this.#seconds * 1_000_000_000n } : read;
  }
}

function expectFigures(line: string, figures: string, row: object | undefined): void {
  const told = Object.fromEntries(figures.split(", ").map((figure) => figure.split(" ") as [string, string]));
  const found = Object.fromEntries(Object.keys(told).map((name) => [name, String((row as Record<string, unknown> | undefined)?.[name])]));
  expect(found, line).toEqual(told);
}

/** `on x fee 0.1 BNB time T` → its parts. */
function optionsOf(words: readonly string[]): Record<string, string> {
  const options: Record<string, string> = {};
  for (let i = 0; i < words.length; ) {
    const name = words[i]!;
    options[name] = words[i + 1]!;
    i += 2;
    if (name === "fee" && words[i] !== undefined && !["on", "id", "time", "strategy"].includes(words[i]!)) options["currency"] = words[i++]!;
  }
  return options;
}

function decimal(written: string): Decimal {
  const read = readDecimal(written);
  if (isProblem(read)) throw new Error(read.why);
  return read;
}

test("the page has examples", () => {
  expect(blocks.length).toBeGreaterThan(12);
});

test.each(blocks)("docs/accounting.md, $title: $lines.0", ({ lines }) => {
  const book = new ToldBook();
  for (const line of lines) book.tell(line);
  expect.hasAssertions();
});
