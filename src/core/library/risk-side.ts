import { EquityPeriods, type Moment } from "../book/index.ts";
import { fold, touchedOf, type Engine, type FoldOptions, type LimitChanges, type Touched } from "../engine/index.ts";
import { LIMIT_NAMES, readLimit, type Block, type LimitName } from "../model/index.ts";
import type { Decimal } from "../num/index.ts";
import { RiskDesk, riskView, type DeskState, type EquityHistory, type OrderAnswer, type OrderQuestion, type RiskOptions, type RiskView } from "../risk/index.ts";
import { said } from "./texts.ts";

/** How risk is computed; what is left out is the default. */
export interface RiskQuestion {
  readonly method?: RiskOptions["method"] | undefined; // "historical_simulation"
  readonly confidence?: number | undefined; // 0.95
  readonly horizonDays?: number | undefined; // 1
  readonly lookbackDays?: number | undefined; // 252
  readonly by?: "account" | "venue" | "symbol" | undefined; // what `groups` are of: "account"
}

/** New limits by their names in camelCase, as exact text or numbers; null for none. Those that are not named stay. */
export type NewLimits = { readonly [name in LimitName as Camel<name>]?: string | number | null | undefined };
type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Name;

const DEFAULTS = { method: "historical_simulation", lookbackDays: 252, confidence: 0.95, horizonDays: 1 } as const;

/** What a book in a program keeps of risk: made when it is asked for the first time, then kept current. */
export class RiskSide {
  readonly #engine: Engine;
  readonly #blocks: () => Iterable<Block>;
  readonly #fold: FoldOptions;
  readonly #currency: string;
  readonly #desks = new Map<string, { readonly desk: RiskDesk; touched: Touched[] }>();
  #history: EquityHistory | undefined;

  constructor(engine: Engine, blocks: () => Iterable<Block>, options: FoldOptions, currency: string) {
    this.#engine = engine;
    this.#blocks = blocks;
    this.#fold = options;
    this.#currency = currency;
  }

  /** Notes what changed. @param isPast whether it may be of days before today, which equity's history is folded from */
  touch(touched: Touched, isPast: boolean): void {
    for (const one of this.#desks.values()) one.touched.push(touched);
    if (isPast) this.#history = undefined;
  }

  view({ by = "account", ...question }: RiskQuestion, moment: Moment): RiskView {
    return riskView(this.#desk(question, moment), this.#state(), moment, { seq: this.#engine.seq, currency: this.#currency, by, tellsWhy: true });
  }

  check(question: OrderQuestion, moment: Moment): OrderAnswer {
    return this.#desk({}, moment).check(this.#state(), moment, question);
  }

  #state(): DeskState {
    const { book, known, risk, pairs } = this.#engine;
    return { book, prices: risk.prices, limits: known.limitsInForce(), breaker: risk.breaker, pairs: () => pairs.exposures() };
  }

  /** The desk of some conventions, with all that changed since it was asked last. */
  #desk(question: Omit<RiskQuestion, "by">, moment: Moment): RiskDesk {
    const options = { ...DEFAULTS, ...Object.fromEntries(Object.entries(question).filter(([, value]) => value !== undefined)) };
    const key = JSON.stringify(options);
    let kept = this.#desks.get(key);
    if (kept === undefined) this.#desks.set(key, (kept = { desk: new RiskDesk(options, this.#currency), touched: [{ all: true }] }));
    const { desk } = kept;
    const { book } = this.#engine;
    if (kept.touched.some(({ all }) => all === true)) desk.touch(book);
    else desk.touch(book, new Set(kept.touched.flatMap((one) => [...touchedOf(book, one)])));
    kept.touched = [];
    desk.setHistory((this.#history ??= this.#folded(moment)));
    return desk;
  }

  #folded({ nowNs, maxAgeNs }: Moment): EquityHistory {
    const periods = new EquityPeriods();
    const { book } = fold(this.#blocks, { ...this.#fold, watcher: periods });
    const curves = new Map<string, ReturnType<EquityHistory>>();
    return (account) => {
      const key = account === undefined ? "" : `=${account}`;
      let points = curves.get(key);
      if (points === undefined) curves.set(key, (points = periods.curve(book, { currency: this.#currency, untilNs: nowNs, maxAgeNs, accounts: account === undefined ? undefined : new Set([account]) })));
      return points;
    };
  }
}

/** Limits as a program states them. What is wrong with one comes back as its field and a reason. */
export function limitChanges(limits: NewLimits): LimitChanges | { readonly column: string; readonly reason: string } {
  const changes: { [name in LimitName]?: Decimal | "none" } = {};
  const names = new Map(LIMIT_NAMES.map((name) => [name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), name]));
  for (const [key, value] of Object.entries(limits)) {
    if (value === undefined) continue;
    const name = names.get(key);
    if (name === undefined) throw new TypeError(`setLimits: ${said(key)} is no limit: they are ${[...names.keys()].join(", ")}`);
    const read = readLimit(name, value === null ? "none" : String(value));
    if (typeof read === "object" && "why" in read) return { column: name, reason: read.why };
    changes[name] = read;
  }
  return changes;
}
