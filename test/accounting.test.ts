import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Book, followerOf, PNL_KEYS, PNL_VIEWS, pnlBy, positionsOf, Trips, tripView, type RowWatcher, type TripView } from "../src/core/book/index.ts";
import { Decider } from "../src/core/engine/index.ts";
import { Directory, FillColumns, incrementDigits, readTime, type Fill, type InstrumentKind } from "../src/core/model/index.ts";
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
  readonly #book = new Book();
  readonly #decider = new Decider(this.#book, (seq) => ({ fills: this.#journal[seq - 1]!, row: 0 }));
  readonly #journal: FillColumns[] = [];
  readonly #source = new Directory();
  readonly #steps: ((book: Book) => void)[] = []; // all that was told, for views that must follow it from the start
  #seconds = 0n;

  /** Takes a line in, or checks what it expects. */
  tell(line: string): void {
    const [verb = "", ...words] = line.split(" ");
    if (verb === "buy" || verb === "sell") this.#fill(verb, words);
    else if (verb === "mark") this.#mark(words);
    else if (verb === "define") this.#define(words);
    else if (verb === "pnl") this.#expectPnl(line);
    else if (verb === "trip") this.#expectTrip(line);
    else this.#expect(line);
  }

  #step(step: (book: Book) => void): void {
    step(this.#book);
    this.#steps.push(step);
  }

  #toldAgain(watcher: RowWatcher | undefined): Book {
    const book = new Book({ watcher });
    book.directory.add(this.#book.directory.since(0, 0));
    for (const step of this.#steps) step(book);
    return book;
  }

  #fill(side: "buy" | "sell", [quantity, symbol, , price, ...rest]: string[]): void {
    const options = optionsOf(rest);
    const units = decimal(quantity!);
    const fill: Fill = {
      account: "default", venue: options["on"] ?? "x", symbol: symbol!, id: options["id"] ?? `${this.#journal.length}`,
      quantity: side === "buy" ? units : { ...units, mantissa: -units.mantissa }, price: decimal(price!), fee: decimal(options["fee"] ?? "0"), feeCurrency: options["currency"] ?? "",
      time: this.#time(options["time"]), venueType: "unknown", liquidity: "", strategy: options["strategy"] ?? "", signalId: "",
    };
    const columns = new FillColumns(1);
    columns.push(fill, this.#source);
    const { accepted } = this.#decider.decide(columns, this.#source, this.#journal.length + 1);
    if (accepted.count === 0) return;
    const kept = new FillColumns(1);
    kept.copyRow(accepted, 0);
    this.#journal.push(kept);
    this.#step((book) => book.apply(kept));
  }

  #mark([symbol, price, ...rest]: string[]): void {
    const options = optionsOf(rest);
    const { ns } = this.#time(options["time"]);
    this.#step((book) => book.mark({ venue: options["on"] ?? "", symbol: symbol!, price: price!, timeNs: ns }));
  }

  #define([symbol, ...rest]: string[]): void {
    const { kind, base, quote, settle, multiplier = "1", inverse } = optionsOf(rest);
    this.#step((book) => book.define({
      venue: "", symbol: symbol!, kind: kind as InstrumentKind, base: base!, quote: quote!, settle: settle!, multiplier: decimal(multiplier), inverse: inverse === "true",
      priceDigits: incrementDigits(""), quantityDigits: incrementDigits(""),
    }));
  }

  #expect(line: string): void {
    const [subject = "", figures = ""] = line.split(/: (.*)/);
    const [symbol, venue] = subject.split(" on ");
    const [position] = positionsOf(this.#book, { nowNs: this.#time(TOLD_AT).ns }, { symbol });
    expectFigures(line, figures, venue === undefined ? position : position?.venues.find((one) => one.venue === venue));
  }

  /** `pnl view exit: realized 1, …`, or of one group `pnl view exit by strategy carry: …`. */
  #expectPnl(line: string): void {
    const [subject = "", figures = ""] = line.split(/: (.*)/);
    const [, , name, , key = "symbol", group] = subject.split(" ");
    const view = PNL_VIEWS.find((one) => one === name)!;
    const by = PNL_KEYS.find((one) => one === key)!;
    const follower = followerOf(view, by, this.#book.rates);
    const { groups, total } = pnlBy(this.#toldAgain(follower), by, { nowNs: this.#time(TOLD_AT).ns }, undefined, view, follower);
    expectFigures(line, figures, group === undefined ? total : groups.find((one) => (one.key || "untagged") === group));
  }

  /** `trip 1: direction long, …`: the first of the net rows that closed. */
  #expectTrip(line: string): void {
    const [subject = "", figures = ""] = line.split(/: (.*)/);
    const trips: TripView[] = [];
    this.#toldAgain(new Trips(this.#book.rates, ({ isNet }) => isNet, (trip) => trips.push(tripView(trip))));
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
