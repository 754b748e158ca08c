import { addRoutesOf, applyEvent, type Book, type RouteFilter } from "../book/index.ts";
import { isPairFact, type Fact } from "../model/index.ts";

const every: RouteFilter = () => true;

/** Steps the book by a fact that is no fill. What corrects other entries is known beforehand (see `Foreknowledge`) and moves nothing here. */
export function applyFact(book: Book, fact: Fact): void {
  if (isPairFact(fact)) return; // stands in `PairBook`
  switch (fact.type) {
    case "defined":
      return book.define(fact.instrument);
    case "marked":
      return book.mark(fact.mark, fact.everyNs);
    case "configured":
      return book.configure(fact.currency);
    case "capital":
      return book.fund(fact);
    case "split":
      book.marks.split(fact.symbol, fact.over, fact.under, fact.timeNs);
      return applyEvent(book, fact, every);
    case "funded":
    case "moved":
    case "renamed":
    case "settled":
      return applyEvent(book, fact, every);
    case "busted":
    case "amended":
    case "chosen":
    case "limited": // stands in `Foreknowledge`
    case "priced": // stands in `RiskState`, as what follows
    case "breached":
    case "tripped":
    case "reset":
    case "probed":
    case "refused": // kept to be looked at
  }
}

/** Numbers the routes that a fact is the first to use, before it is written: the block that holds it names them. */
export function numberRoutes(book: Book, fact: Fact): void {
  if (fact.type === "funded" || fact.type === "moved" || fact.type === "renamed") addRoutesOf(fact, book.directory);
}

/** The time at which a fact happened; undefined for one that has none, or that holds for all times. */
export function timeOf(fact: Fact): bigint | undefined {
  if (isPairFact(fact)) return fact.time.ns;
  switch (fact.type) {
    case "marked":
      return fact.mark.timeNs;
    case "funded":
    case "moved":
    case "capital":
    case "split":
    case "renamed":
    case "settled":
    case "limited":
    case "breached":
    case "tripped":
    case "reset":
    case "probed":
      return fact.timeNs;
    case "priced": // each of its closes is of a time of its own
    case "defined":
    case "configured":
    case "chosen":
    case "busted":
    case "amended":
    case "refused":
      return undefined;
  }
}
