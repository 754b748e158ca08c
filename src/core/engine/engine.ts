import { MARK_INTERVAL_NS, type Book } from "../book/index.ts";
import { FillColumns, type Directory, type DirectoryPage, type Fact, type Instrument, type Mark, type Section, type VenueType } from "../model/index.ts";
import { applyFact, numberRoutes } from "./apply-fact.ts";
import { BookedFills } from "./booked-fills.ts";
import { Changed } from "./changed.ts";
import { Checkpoints, type CheckpointSizes } from "./checkpoints.ts";
import { decideDefinitions, decideMarks, type DefinitionDecision } from "./decide-facts.ts";
import { decideEvent, type EventDecision } from "./decide-event.ts";
import { decidePrices, type PriceRun, type PricesDecision } from "./decide-prices.ts";
import { Decider, type Decision } from "./decide.ts";
import { blocksAfter, recalled, type Deciders, type Remembered } from "./deciders.ts";
import type { EventReport } from "./event-report.ts";
import { finished, type Steps } from "../num/index.ts";
import { fold, foldOnSteps, foldSteps } from "./fold.ts";
import type { FoldState } from "./state.ts";
import type { Foreknowledge } from "./foreknowledge.ts";
import type { SpilledIdentities } from "./identities.ts";
import { Rebuilder } from "./rebuild.ts";
import { withAhead, withPairAhead } from "./said-ahead.ts";
import type { Refusals } from "./refusals.ts";
import { FewRows } from "../position/index.ts";
import { recordPairs, takeBack, type BookedFact, type PairBook, type PairDecision, type PairFees, type PairReport } from "../pairs/index.ts";
import type { RiskState } from "./risk-state.ts";
import type { FactStore } from "./store.ts";
import { stateVenueTypes } from "./venue-types.ts";

const FACTS_A_BLOCK = 10_000;
/** Reports of pairs, each some facts. */
const PAIRS_A_BLOCK = 2_000;
/** Of facts with some thousand closes each: so a block is read in a few milliseconds. */
const PRICES_A_BLOCK = 16;
/** Of so many entries one will be corrected sooner or later. */
const MANY = 65_536;
const noPage: DirectoryPage = { names: [], routes: [] };

export interface EngineOptions {
  readonly currency: string; // base currency: what symbols are quoted in that name none
  readonly marksMaxAgeNs?: bigint | undefined;
  readonly marksEveryNs?: bigint | undefined; // of each symbol and so long interval one mark is kept; a minute
  readonly venueTypes?: ReadonlyMap<string, VenueType> | undefined; // by venue, of fills which state none
  readonly pairFees?: PairFees | undefined; // how fees of pairs are computed where a venue says none
  /** Room for identities that memory does not hold, made anew each time it is asked for. */
  readonly spill?: (() => SpilledIdentities) | undefined;
  /** What deciding knows already: then the store is not asked for it. `spill` holds the identities of its fills. */
  readonly remembered?: Remembered | undefined;
  readonly checkpoints?: CheckpointSizes | undefined; // for tests
}

/** What became of a report of pairs. */
export type BookedPair = PairDecision & { readonly seq: number }; // the last entry of what was booked of it; 0 when nothing was

export interface BookedDecision extends Decision {
  readonly late: number; // accepted fills that are older than one of their position booked before them
}

/**
 * The one writer of a store of facts: decides what is reported, appends it, steps the book. It has no clock: `nowNs`
 * comes with the data.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #store: FactStore;
  readonly #booked: BookedFills;
  #book: Book;
  #known: Foreknowledge;
  #risk: RiskState;
  #pairs: PairBook;
  #checkpoints: Checkpoints;
  #rebuilder: Rebuilder;
  #deciding: Deciders | undefined;
  #foldedFrom = 0;
  #names = 0; // of the directory that the store knows
  #routes = 0;

  /**
   * Recovers the book from the store.
   * @param folded what the store tells of, where that is known already
   * @throws CurrencyFixed
   */
  constructor(store: FactStore, options: EngineOptions, folded?: FoldState) {
    this.#options = options;
    this.#store = store;
    this.#booked = new BookedFills(store);
    const { book, known, risk, pairs, checkpoints } = folded ?? this.#fold();
    this.#mustCountIn(book.instruments.currency);
    this.#book = book;
    this.#known = known;
    this.#risk = risk;
    this.#pairs = pairs;
    this.#checkpoints = checkpoints ?? this.#newCheckpoints();
    this.#rebuilder = this.#newRebuilder();
    this.#noteDirectory();
    this.#prepare();
  }

  /**
   * Recovers the book in steps. What reports are decided by is read when the first one comes.
   * @param from a state of this store to go on from, which is used up: what follows it is folded, or all where that changes something before it
   */
  static *open(store: FactStore, options: EngineOptions, from?: FoldState): Steps<Engine> {
    const foldedFrom = from?.seq ?? 0;
    const onward = from === undefined ? undefined : yield* foldOnSteps(from, blocksAfter(store, foldedFrom));
    const engine = new Engine(store, options, onward ?? (yield* foldSteps(() => store.blocks(), withCheckpoints(options))));
    if (onward !== undefined) engine.#foldedFrom = foldedFrom;
    return engine;
  }

  /** The same, ready to decide at once: else the first report waits until all that is known was read. */
  static *recover(store: FactStore, options: EngineOptions, from?: FoldState): Steps<Engine> {
    const engine = yield* Engine.open(store, options, from);
    engine.#deciding = yield* engine.#remember();
    return engine;
  }

  get book(): Book {
    return this.#book;
  }
  /** What the journal says later of what stands earlier. */
  get known(): Foreknowledge {
    return this.#known;
  }
  /** Prices, the breaker and the breaches that go on. */
  get risk(): RiskState {
    return this.#risk;
  }
  /** Pairs over Kalshi and Polymarket. */
  get pairs(): PairBook {
    return this.#pairs;
  }
  /** From which a correction is booked, where it need not begin with the first fill. */
  get checkpoints(): Checkpoints {
    return this.#checkpoints;
  }
  /** The last entry. */
  get seq(): number {
    return this.#store.nextSeq - 1;
  }

  /** The last entry that was not folded when it opened, because a state knew it; 0 when all were. */
  get foldedFrom(): number {
    return this.#foldedFrom;
  }

  /** Bytes of the tables that tell which fills are known: they grow with the fills. */
  get identityBytes(): number {
    return this.#deciding?.fills.identities.bytes ?? 0;
  }

  /** Says that about so many fills will come: room for their identities is made at once. */
  expect(fills: number): void {
    if (fills > 0) this.#deciders().fills.identities.reserve(fills);
  }

  /**
   * Decides fills, in the numbers of `source`, and books what is new: one block holds them and what was refused. When
   * the store throws, nothing of the batch is booked, and it may be given again. Fills that state no type of their venue
   * are given the configured one, in the columns themselves.
   */
  bookFills(fills: FillColumns, source: Directory, nowNs: bigint): BookedDecision {
    if (fills.count > 0) this.#configure(nowNs);
    stateVenueTypes(fills, source, this.#options.venueTypes);
    const { fills: decider, refusals } = this.#deciders();
    const knownBefore = decider.identities.count;
    let decision: Decision;
    let refused: ReturnType<Refusals["newOf"]>;
    try {
      decision = decider.decide(fills, source, this.#store.nextSeq);
      refused = refusals.newOf(decision);
      const sections: Section[] = [];
      if (decision.accepted.count > 0) sections.push({ kind: "fills", page: noPage, fills: decision.accepted });
      if (refused.length > 0) sections.push({ kind: "facts", facts: refused });
      if (sections.length === 0) return { ...decision, late: 0 };
      this.#append(sections, nowNs);
    } catch (error) {
      if (!decider.identities.forgetSince(knownBefore)) this.#deciding = undefined; // it counts the batch as known
      throw error;
    }
    const { accepted } = decision;
    for (const fact of refused) refusals.add(fact);
    const late = this.#book.countLate(accepted);
    if (accepted.count > 0) this.#book.apply(accepted);
    this.#checkpoints.booked(accepted.count, this.seq);
    this.#prepare();
    return { ...decision, late };
  }

  /** A correction among many fills should find its machine code compiled. */
  #prepare(): void {
    if (this.seq >= MANY) FewRows.prepare();
  }

  /** Takes definitions, all in one block; what each came to, in their order. Definitions of booked instruments fold the book again. */
  define(instruments: readonly Instrument[], nowNs: bigint): DefinitionDecision[] {
    const decisions = decideDefinitions(this.#book, this.#known, instruments, () => this.#store.blocks());
    const news = instruments.filter((_, i) => decisions[i]!.is === "news");
    if (news.length === 0) return decisions;
    this.#configure(nowNs);
    const first = this.#store.nextSeq;
    const facts = news.map((instrument): Fact => ({ type: "defined", instrument }));
    this.#append([{ kind: "facts", facts }], nowNs);
    if (news.some((instrument) => this.#book.changesBooked(instrument))) {
      const { book, known, risk, pairs, checkpoints } = this.#fold();
      this.#book = book;
      this.#known = known;
      this.#risk = risk;
      this.#pairs = pairs;
      this.#checkpoints = checkpoints ?? this.#newCheckpoints();
      this.#rebuilder = this.#newRebuilder();
      this.#deciding = undefined;
      this.#noteDirectory();
    } else {
      facts.forEach((fact, i) => this.#known.add(fact, first + i));
      for (const instrument of news) this.#book.define(instrument);
    }
    return decisions;
  }

  /** Takes marks: of each symbol and interval the last one is kept. Returns how many were new. */
  mark(marks: readonly Mark[], nowNs: bigint): number {
    const { marksEveryNs: everyNs = MARK_INTERVAL_NS } = this.#options;
    const news = decideMarks(this.#book, marks, everyNs);
    if (news.length > 0) this.#configure(nowNs);
    for (let i = 0; i < news.length; i += FACTS_A_BLOCK) {
      const facts = news.slice(i, i + FACTS_A_BLOCK).map((mark): Fact => ({ type: "marked", mark, ...(everyNs === MARK_INTERVAL_NS ? {} : { everyNs }) }));
      this.#append([{ kind: "facts", facts }], nowNs);
      for (const fact of facts) applyFact(this.#book, fact);
    }
    return news.length;
  }

  /** Takes closes: what is news is journaled, some thousand of a symbol as one fact. What each came to, in their order. */
  price(runs: readonly PriceRun[], nowNs: bigint): PricesDecision["decisions"] {
    const { decisions, facts } = decidePrices(this.#risk.prices, runs, nowNs);
    if (facts.length > 0) this.#configure(nowNs);
    for (let i = 0; i < facts.length; i += PRICES_A_BLOCK) {
      const part = facts.slice(i, i + PRICES_A_BLOCK);
      const first = this.#store.nextSeq;
      this.#append([{ kind: "facts", facts: part }], nowNs);
      part.forEach((fact, at) => this.#risk.take(fact, first + at));
    }
    return decisions;
  }

  /**
   * Takes what is reported of pairs, each report whole or not at all; what each came to, in their order. When the store throws, nothing
   * of the reports that it was to hold is booked.
   * @param accounts for which whoever reports may act; undefined: all
   */
  pair(reports: readonly PairReport[], nowNs: bigint, accounts?: ReadonlySet<string>): BookedPair[] {
    const decisions: BookedPair[] = [];
    for (let from = 0; from < reports.length; from += PAIRS_A_BLOCK) {
      const booked: BookedFact[] = [];
      const part = reports.slice(from, from + PAIRS_A_BLOCK).map((report) => withPairAhead(recordPairs(this.#pairs, report, this.#options.pairFees, booked, accounts), nowNs));
      if (booked.length > 0) {
        try {
          this.#configure(nowNs);
          this.#append([{ kind: "facts", facts: booked.map(({ fact }) => fact) }], nowNs);
        } catch (error) {
          takeBack(this.#pairs, booked);
          throw error;
        }
      }
      let seq = this.#store.nextSeq - 1 - booked.length;
      for (const decision of part) {
        seq += decision.facts.length;
        decisions.push({ ...decision, seq: decision.is === "news" ? seq : 0 });
      }
    }
    return decisions;
  }

  /**
   * Takes events one after the other; what each came to, in their order. A run of corrections of one symbol books it
   * again once. A book with the corrected fills as they should have been is the same.
   */
  take(reports: readonly EventReport[], nowNs: bigint): EventDecision[] {
    const { fills: decider, events } = this.#deciders();
    const changed = new Changed();
    const isKnown = events.asking();
    const decisions: EventDecision[] = [];
    try {
      for (const report of reports) {
        if (ASKS_POSITIONS.includes(report.type)) this.#rebuild(changed);
        const same = isKnown(report);
        const decided: EventDecision =
          same === "same"
            ? { is: "known" }
            : same === "other"
              ? { is: "refused", code: "conflicting_event", field: "id", why: `event ${report.id} is known with other content: give this one an id of its own` }
              : decideEvent(report, { book: this.#book, known: this.#known, find: (identity) => decider.find(identity), fillAt: (seq) => this.#booked.read(seq, this.#book.directory), risk: this.#risk });
        const decision = withAhead(decided, nowNs);
        decisions.push(decision);
        if (decision.is !== "news") continue;
        const { fact } = decision;
        this.#configure(nowNs);
        const seq = this.#store.nextSeq;
        numberRoutes(this.#book, fact);
        this.#append([{ kind: "facts", facts: [fact] }], nowNs);
        events.add(fact);
        this.#known.add(fact, seq);
        this.#risk.take(fact, seq);
        if (fact.type === "busted" || fact.type === "amended") changed.add(fact.fill, fact.seq);
        else if (fact.type === "chosen") {
          this.#book.choose(fact.account, fact.method);
          changed.addAccount(fact.account);
        } else applyFact(this.#book, fact);
      }
    } finally {
      this.#rebuild(changed);
    }
    return decisions;
  }

  #rebuild(changed: Changed): void {
    const { accounts, symbols } = changed.takeAll();
    for (const account of accounts) this.#rebuilder.rebuildAccount(account);
    for (const { account, venue, symbol, seq } of symbols) if (!accounts.has(account)) this.#rebuilder.rebuild(account, venue, symbol, seq);
  }

  /** The base currency is a fact: the first entry. Nothing is journaled before something else is. */
  #configure(nowNs: bigint): void {
    if (this.#store.nextSeq > 1) return;
    const fact: Fact = { type: "configured", currency: this.#options.currency };
    this.#append([{ kind: "facts", facts: [fact] }], nowNs);
    applyFact(this.#book, fact);
  }

  /**
   * Appends, and with it whatever names and routes the store does not know yet: deciding numbers them also for fills that
   * are then refused, or repeated, and every reader must count as the book did.
   */
  #append(sections: readonly Section[], nowNs: bigint): void {
    const page = this.#book.directory.since(this.#names, this.#routes);
    const [first, ...rest] = sections;
    if (first?.kind === "fills") this.#store.append([{ ...first, page }, ...rest], nowNs);
    else if (page.names.length + page.routes.length === 0) this.#store.append(sections, nowNs);
    else this.#store.append([{ kind: "fills", page, fills: new FillColumns(0) }, ...sections], nowNs);
    this.#noteDirectory();
  }

  #fold(): FoldState {
    return fold(() => this.#store.blocks(), withCheckpoints(this.#options));
  }

  #mustCountIn(currency: string): void {
    if (this.#store.nextSeq > 1 && currency !== this.#options.currency) throw new CurrencyFixed(currency, this.#options.currency);
  }

  #newCheckpoints(): Checkpoints {
    return new Checkpoints(this.#book, this.#known, this.#options.checkpoints?.live);
  }

  #newRebuilder(): Rebuilder {
    return new Rebuilder(this.#book, this.#known, (fromSeq) => this.#store.blocks(fromSeq), this.#checkpoints, this.#options.checkpoints?.interval);
  }

  #noteDirectory(): void {
    this.#names = this.#book.directory.nameCount;
    this.#routes = this.#book.directory.routeCount;
  }

  /** Know every fill, event and refusal of the store; made when the first reports come, since many readers need them not. */
  #deciders(): Deciders {
    return (this.#deciding ??= finished(this.#remember()));
  }

  *#remember(): Steps<Deciders> {
    const { spill, remembered } = this.#options;
    return yield* recalled(this.#store, new Decider(this.#book, (seq) => this.#booked.at(seq), spill?.(), (seq) => this.#known.amendmentOf(seq)), remembered);
  }
}

function withCheckpoints<Options extends EngineOptions>(options: Options): Options & { readonly checkpoints: CheckpointSizes } {
  return { ...options, checkpoints: options.checkpoints ?? {} };
}

/** Events that are decided, or stepped, by what is held: all corrections before them must be booked. */
const ASKS_POSITIONS: readonly EventReport["type"][] = ["moved", "split", "renamed", "settled"];

/** The base currency decides what undefined symbols are quoted in, so it stays as the journal began. */
class CurrencyFixed extends Error {
  override readonly name = "CurrencyFixed";
  constructor(was: string, wanted: string) {
    super(`this journal counts in ${was}, the configuration says ${wanted}: set base_currency to ${was}, or begin another journal with --data`);
  }
}
