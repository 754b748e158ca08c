import { addDecimals, zero, type Decimal, type Steps } from "../num/index.ts";
import { DAY_NS, Exposures, positionOf, whatIf, type Book, type EquityPoint, type Moment, type NetRow, type PositionView, type StrategyValues } from "../book/index.ts";
import type { PriceHistory } from "../market/index.ts";
import type { Exposure, Fill, LimitSet, PairExposure } from "../model/index.ts";
import { effectOf, type Breaker } from "./breaker.ts";
import { numberOf, type Judgement } from "./checks.ts";
import { checkOrder, hasOwn, type OrderFindings, type OrderScope } from "./order-check.ts";
import { pairSumsOf, type PairSums } from "./pair-risk.ts";
import { magnitude, Part } from "./part.ts";
import { priceSeriesOf } from "./price-series.ts";
import { groupRisks, JudgedPositions, judgementsOf, riskOf, wholeRiskOf, type GroupRisk, type RiskGroupKey, type RiskInput, type RiskReport, type WholeRisk } from "./report.ts";
import { RiskModel, type RiskOptions } from "./risk-model.ts";
import type { StressInput } from "./scenarios.ts";
import { standingOf, type Standing } from "./standing.ts";

/** What a desk looks at: a book, and what else the journal says of risk. */
export interface DeskState {
  readonly book: Book;
  readonly prices: PriceHistory;
  readonly limits: LimitSet;
  readonly breaker: Breaker;
  readonly pairs: () => Iterable<PairExposure>; // that are not closed
}
/** Equity at the end of each day so far, oldest first: of all accounts, or of one. */
export type EquityHistory = (account: string | undefined) => readonly EquityPoint[];

/** An order as it would be filled: `quantity` signed. */
export interface OrderQuestion {
  readonly fill: Fill;
  readonly ordersLastMinute: number | undefined; // before this one; undefined: nobody counts
  readonly probes: number; // `breaker.probes`
  readonly unknown: "refuse" | "allow"; // `limits.unknown`
}
export interface OrderAnswer extends OrderFindings {
  readonly after: PositionView;
}

/** Models of symbols that are asked about and not held. */
const MODELS_KEPT = 16;

/**
 * The risk of a book that changes: exposures are kept, and only those of positions that were touched are valued anew; the joint returns are kept until prices, the day or the
 * symbols that are held change. It has no clock: what is asked is asked as of a moment.
 */
export class RiskDesk {
  readonly #options: RiskOptions;
  readonly #currency: string;
  readonly #accounts: ReadonlySet<string> | undefined;
  #book: Book | undefined;
  readonly #exposures = new Map<NetRow, Exposure>(); // of all positions, closed ones too: they have P&L
  readonly #dirty = new Set<NetRow>();
  #marksVersion = -1;
  #pnl: Decimal | undefined = zero;
  #unknownPnl = 0;
  #open: Exposure[] | undefined;
  readonly #held = new Map<string, number>(); // symbols of open positions, and how many have them
  #heldVersion = 0; // counts up when a symbol begins or ceases to be held
  #model: RiskModel | undefined;
  #modelOf = "";
  readonly #others = new Map<string, { readonly model: RiskModel; readonly part: Part }>(); // with a symbol that is not held
  #part: Part | undefined;
  readonly #judged = new JudgedPositions();
  #history: EquityHistory | undefined; // until it is set, nothing is known of equity

  /** @param accounts only these count */
  constructor(options: RiskOptions, currency: string, accounts?: ReadonlySet<string>) {
    this.#options = options;
    this.#currency = currency;
    this.#accounts = accounts;
  }

  /** Sets what equity was on the days before. */
  setHistory(history: EquityHistory): void {
    this.#history = history;
  }

  /**
   * Notes positions that may have changed; undefined: all. A book that was folded anew may have changed everywhere.
   * @param someMayBeGone whether positions may have been renamed away, or lost their last fill: a book no longer names these
   */
  touch(book: Book, touched?: Iterable<NetRow>, someMayBeGone = false): void {
    const areAll = book !== this.#book || touched === undefined;
    if (areAll) {
      this.#book = book;
      this.#exposures.clear();
      this.#held.clear();
      this.#heldVersion += 1;
      this.#open = undefined;
      this.#pnl = zero;
      this.#unknownPnl = 0;
    }
    for (const net of areAll ? book.nets() : touched) if (this.#accounts?.has(net.account) !== false) this.#dirty.add(net);
    if (someMayBeGone) for (const net of this.#exposures.keys()) if (!book.isUsed(net)) this.#dirty.add(net);
  }

  /** The open exposures as of a moment. */
  exposures(moment: Moment): Exposure[] {
    this.#value(moment);
    return (this.#open ??= [...this.#exposures.values()].filter(isOpen));
  }

  /** All that is known of the book's risk, in steps: of this moment, whatever happens before they are taken. */
  report(state: DeskState, moment: Moment): Steps<RiskReport> {
    return riskOf(this.#input(state, moment));
  }

  /** The figures of the whole book, and how all of it stands to its limits. */
  whole(state: DeskState, moment: Moment): WholeRisk {
    return wholeRiskOf(this.#input(state, moment), this.#judged);
  }

  /** How the book stands to its limits, and no more. */
  judgements(state: DeskState, moment: Moment): readonly Judgement[] {
    return judgementsOf(this.#input(state, moment), this.#judged);
  }

  #input(state: DeskState, moment: Moment): RiskInput {
    const points = (account?: string) => standingOf(this.#withNow(state.book, moment, account));
    return { ...this.#together(state, moment), limits: state.limits, standing: points(), standingOf: points, pairsOf: (account) => this.#pairSums(state, moment, account) };
  }

  /** All that is held, together: reckoned anew when something of it has changed. */
  #together(state: DeskState, moment: Moment): Pick<RiskInput, "exposures" | "model" | "whole"> {
    const model = this.model(state, moment);
    const exposures = this.exposures(moment);
    return { exposures, model, whole: (this.#part ??= new Part(exposures, model)) };
  }

  /** Of the pairs that an account filled, or of those that were filled in no other accounts than count here. */
  #pairSums({ pairs, book }: DeskState, moment: Moment, account: string | undefined): PairSums {
    const own = [...pairs()].filter(({ accounts }) => (account === undefined || accounts.has(account)) && (this.#accounts === undefined || [...accounts].every((one) => this.#accounts!.has(one))));
    return pairSumsOf(own, (dollars) => book.rates.convert(dollars, "USD", this.#currency, moment));
  }

  /** What each open position risks by itself. */
  positionVars(state: DeskState, moment: Moment): Map<NetRow, number | null> {
    const model = this.model(state, moment);
    return new Map([...this.#exposures].filter(([, exposure]) => isOpen(exposure)).map(([net, { symbol, value }]) => [net, value === undefined ? null : model.alone(symbol, numberOf(value)).var.value]));
  }

  /** The risk of each part of the book, in steps: of this moment. @param strategies who followed the fold of the book; needed by strategy */
  groups(state: DeskState, moment: Moment, by: RiskGroupKey, strategies?: StrategyValues): Steps<GroupRisk[]> {
    const nets = by === "strategy" ? new Map(Array.from(this.#exposures, ([net, exposure]) => [exposure, net])) : undefined;
    return groupRisks(this.#together(state, moment), by, (exposure) => strategies?.of(nets!.get(exposure)!, exposure.value) ?? new Map());
  }

  standing(book: Book, moment: Moment, account?: string): Standing {
    this.#value(moment);
    return standingOf(this.#withNow(book, moment, account));
  }

  /** What scenarios are told of the book. */
  stressInput(state: DeskState, moment: Moment): StressInput {
    const model = this.model(state, moment);
    const kinds = new Map(Array.from(this.#exposures.keys(), ({ symbol, instrument }) => [symbol, instrument.kind]));
    return {
      exposures: this.exposures(moment), limits: state.limits, equity: this.standing(state.book, moment).equity.value,
      classOf: (symbol) => kinds.get(symbol) ?? "", seriesOf: (symbol) => priceSeriesOf(symbol, state.prices, state.book.marks, moment.nowNs), volatilityOf: (symbol) => model.volatilityOf(symbol),
    };
  }

  /** What an order would make of the book. Nothing is booked. */
  check(state: DeskState, moment: Moment, { fill, ordersLastMinute, probes, unknown }: OrderQuestion): OrderAnswer {
    const { book, limits } = state;
    const { book: might, net, before: row } = whatIf(book, fill);
    const exposures = new Exposures(might, moment, this.#currency);
    const after = exposures.of(net);
    const held = this.exposures(moment);
    const known = row && this.#exposures.get(row); // by its row: spot and a perpetual of one name are two positions
    const before = known !== undefined && isOpen(known) ? known : undefined;
    const { model, part } = this.#with(state, moment, fill.symbol, held);
    const { account, venue, symbol, strategy, quantity, price } = fill;
    const scopes: [OrderScope, ...OrderScope[]] = [{ scope: "portfolio", account: "", subject: {}, part, before, after, standing: this.standing(book, moment) }];
    if (hasOwn(limits, "account", account, ["max_portfolio_var", "max_gross_exposure", "max_correlation_risk", "max_leverage", "max_drawdown_limit", "max_daily_loss"])) {
      scopes.push({ scope: `account:${account}`, account, subject: { account }, part: new Part(held.filter((one) => one.account === account), model), before, after, standing: this.standing(book, moment, account) });
    }
    if (hasOwn(limits, "venue", venue, ["max_portfolio_var", "max_gross_exposure"])) {
      const there = (one: Exposure): Exposure => ({ ...one, venues: one.venues.filter((own) => own.venue === venue), value: one.venues.find((own) => own.venue === venue)?.value ?? zero });
      scopes.push({ scope: `venue:${venue}`, account: "", subject: { venue }, part: new Part(held.map(there), model), before: before && there(before), after: there(after), standing: undefined });
    }
    const orderValue = exposures.sized(net, magnitude(quantity), magnitude(price));
    const findings = checkOrder({ account, venue, symbol, strategy, effect: effectOf(row === undefined ? zero : book.quantityOf(row), quantity), orderValue, ordersLastMinute, scopes, model, limits, breaker: state.breaker, probes, unknown });
    return { ...findings, after: positionOf(might, net, moment) };
  }

  /** The joint returns of what is held now. */
  model(state: DeskState, moment: Moment): RiskModel {
    this.#value(moment);
    const of = `${state.prices.version} ${moment.nowNs / DAY_NS} ${this.#heldVersion}`;
    if (this.#model === undefined || of !== this.#modelOf) {
      this.#model = this.#newModel([...this.#held.keys()].sort(), state, moment);
      this.#modelOf = of;
      this.#part = undefined;
      this.#others.clear();
    }
    return this.#model;
  }

  #with(state: DeskState, moment: Moment, symbol: string, held: readonly Exposure[]): { readonly model: RiskModel; readonly part: Part } {
    const model = this.model(state, moment);
    if (this.#held.has(symbol)) return { model, part: this.#together(state, moment).whole };
    const known = this.#others.get(symbol);
    if (known !== undefined) return known;
    const other = this.#newModel([...this.#held.keys(), symbol].sort(), state, moment);
    const found = { model: other, part: new Part(held, other) };
    if (this.#others.size >= MODELS_KEPT) this.#others.clear();
    this.#others.set(symbol, found);
    return found;
  }

  #newModel(symbols: readonly string[], { book, prices }: DeskState, { nowNs }: Moment): RiskModel {
    const series = symbols.map((symbol) => priceSeriesOf(symbol, prices, book.marks, nowNs) ?? { symbol, days: new Int32Array(0), closes: new Float64Array(0) });
    return new RiskModel(series, this.#options);
  }

  #value(moment: Moment): void {
    const book = this.#book;
    if (book === undefined) return;
    const { version } = book.marks;
    const foreign = version !== this.#marksVersion; // a rate may be another
    if (moment.maxAgeNs !== undefined || foreign) for (const [net, { settle }] of this.#exposures) if (moment.maxAgeNs !== undefined || settle !== this.#currency) this.#dirty.add(net);
    this.#marksVersion = version;
    if (this.#dirty.size === 0) return;
    const exposures = new Exposures(book, moment, this.#currency);
    for (const net of this.#dirty) {
      const was = this.#exposures.get(net);
      const is = book.isUsed(net) ? exposures.of(net) : undefined;
      if (is === undefined) this.#exposures.delete(net);
      else this.#exposures.set(net, is);
      this.#count(was, -1);
      this.#count(is, 1);
      const [wasOpen, opens] = [was !== undefined && isOpen(was), is !== undefined && isOpen(is)];
      if (wasOpen !== opens) this.#hold(net.symbol, opens ? 1 : -1);
    }
    this.#dirty.clear();
    this.#open = undefined;
    this.#part = undefined;
    this.#others.clear();
  }

  #count(exposure: Exposure | undefined, sign: 1 | -1): void {
    if (exposure === undefined) return;
    if (exposure.pnl === undefined) this.#unknownPnl += sign;
    else this.#pnl = addDecimals(this.#pnl!, { ...exposure.pnl, mantissa: exposure.pnl.mantissa * BigInt(sign) });
  }

  #hold(symbol: string, sign: 1 | -1): void {
    const before = this.#held.get(symbol) ?? 0;
    if (before + sign === 0) this.#held.delete(symbol);
    else this.#held.set(symbol, before + sign);
    if (before === 0 || before + sign === 0) this.#heldVersion += 1;
  }

  /** The days before, and now. */
  #withNow(book: Book, moment: Moment, account: string | undefined): EquityPoint[] {
    const today = moment.nowNs - (moment.nowNs % DAY_NS);
    if (this.#history === undefined) return [];
    const history = this.#history(account);
    const before = history.filter(({ beginNs }) => beginNs < today);
    const last = history.at(-1);
    const own = account === undefined ? undefined : [...this.#exposures.values()].filter((one) => one.account === account);
    const pnl = own === undefined ? (this.#unknownPnl === 0 ? this.#pnl : undefined) : own.reduce<Decimal | undefined>((sum, one) => sum && one.pnl && addDecimals(sum, one.pnl), zero);
    const unknown = pnl !== undefined ? [] : [...(own ?? this.#exposures.values())].filter((one) => one.pnl === undefined).map(({ symbol }) => symbol);
    if (pnl !== undefined && pnl.mantissa === 0n && this.#exposures.size === 0 && last === undefined && book.capital.size === 0) return [];
    const cash = this.#cash(book, moment, account); // at the rates of now, as the rest
    const inKind = last === undefined ? zero : last.inKind;
    const capital = cash && inKind && addDecimals(cash, inKind);
    const hasCapital = last?.equity !== undefined || this.#hasCash(book, account) || (inKind?.mantissa ?? 1n) !== 0n;
    const equity = hasCapital && capital !== undefined && pnl !== undefined ? addDecimals(capital, pnl) : undefined;
    return [...before, { beginNs: today, endNs: moment.nowNs, pnl, capital, flow: undefined, inKind, equity, unknown: [...new Set(unknown)].sort() }];
  }

  /** Whether capital of its own was ever put in. */
  #hasCash(book: Book, account: string | undefined): boolean {
    return account !== undefined ? book.capital.has(account) : [...book.capital.keys()].some((of) => this.#accounts?.has(of) !== false);
  }

  #cash(book: Book, moment: Moment, account: string | undefined): Decimal | undefined {
    let sum: Decimal | undefined = zero;
    for (const [of, bag] of book.capital) {
      if ((account !== undefined && of !== account) || this.#accounts?.has(of) === false) continue;
      for (const [currency, amount] of bag.entries()) {
        const turned = book.rates.convert(amount, currency, this.#currency, moment);
        sum = sum && turned && addDecimals(sum, turned);
      }
    }
    return sum;
  }
}

function isOpen({ value, venues }: Exposure): boolean {
  return value === undefined || value.mantissa !== 0n || venues.length > 0;
}
