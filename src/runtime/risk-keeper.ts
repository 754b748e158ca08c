import { touchedOf, type EventReport, type Touched } from "../core/engine/index.ts";
import { checkOf, formatTime, type CheckName, type LimitName } from "../core/model/index.ts";
import { BreachWatch, coolDownOf, RiskDesk, type BreachChange, type EquityHistory, type OrderAnswer, type OrderQuestion, type Judgement, type RiskOptions, type Signal, type SignalRaised } from "../core/risk/index.ts";
import type { Moment, NetRow } from "../core/book/index.ts";
import type { Clock } from "./clock.ts";
import type { Ledger } from "./ledger.ts";
import { deskState } from "./desk-state.ts";
import type { Commit } from "./commit-loop.ts";
import type { Service } from "./service.ts";
import { ServiceRefuses } from "./service-refuses.ts";

export interface RiskKeeperOptions {
  readonly service: Service;
  readonly clock: Clock;
  readonly currency: string;
  readonly marksMaxAgeNs: bigint | undefined;
  readonly risk: RiskOptions;
  readonly tripOn: ReadonlySet<CheckName | Signal>;
  readonly coolDownNs: bigint | undefined; // undefined: only somebody resets the breaker
  readonly probes: number;
  readonly unknown: "refuse" | "allow";
  readonly refusalBurst: number; // refusals in a minute that are one
  readonly quietNs: bigint; // so long a figure must be within its limit before a breach has ended
  readonly judges?: boolean; // false: nothing is journaled, it only answers; true
  readonly tickMs?: number; // so long at least from one judging to the next; 40
  /** Equity day by day, folded from what is on disk: takes as long as the journal is. */
  readonly history: () => Promise<EquityHistory>;
  readonly onError: (error: unknown) => void;
}

const TICK_MS = 40;
/** What comes within so long of a change is judged with it. */
const SOON_MS = 5;
/** With nothing happening: marks grow old, days end, breakers cool down. */
const IDLE_MS = 1_000;
/** The journal is not folded for equity more often. */
const HISTORY_MS = 2_000;
/** So many times what judging, or a fold, takes is left to all else before the next. */
const REST = 9;
/** A mark is judged within so long, where that leaves other work two thirds of the time. */
const CURRENT_MS = 80;
/** Who asks waits for a fold that takes less; on a longer journal he is told what the last one knew. */
const PATIENCE_MS = 2_000;
/** So long a fold waits for buffered fills to be on disk. */
const FLUSH_MS = 1_000;
const MINUTE_MS = 60_000;
/** With more accounts than these, those that sent no order in the last minute are forgotten. */
const ACCOUNTS_KEPT = 1_000;

/**
 * Keeps the risk of a service's book current: values what a commit touched, holds it against the limits, and journals what that comes to — breaches that begin and
 * end, trips of the breaker, its cool-down. It decides by figures, and what it decided are facts: no replay decides again.
 */
export class RiskKeeper {
  readonly #options: RiskKeeperOptions;
  readonly #desk: RiskDesk;
  readonly #watch: BreachWatch;
  readonly #unsubscribe: () => void;
  #touched: Touched[] = [];
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> | undefined;
  #isDue = false;
  #isIdle = false; // the timer is the one of idle times
  #day = "";
  #history: Promise<void> | undefined; // of the last fold, or the one that runs
  #isHistoryOld = true;
  #historyAtMs = 0;
  #foldedMs = 0; // what the last fold took
  #judgedMs = 0; // what judging took
  #restsUntilMs = 0; // before then nothing is judged again
  #isClosed = false;
  readonly #orders = new Map<string, number[]>(); // times of orders that were let through, by account
  #refusals: number[] = [];

  constructor(options: RiskKeeperOptions) {
    this.#options = options;
    this.#desk = new RiskDesk(options.risk, options.currency);
    this.#watch = new BreachWatch(options.quietNs);
    this.#touched.push({ all: true });
    this.#unsubscribe = options.service.onCommit((commit) => this.#note(commit));
    if (options.judges !== false) void options.service.ready.then(() => this.#tickIn(0, false)).catch(() => undefined);
  }

  /** Notes that fills were refused. */
  refused(count: number): void {
    const now = performance.now();
    for (let i = 0; i < Math.min(count, this.#options.refusalBurst); i += 1) this.#refusals.push(now);
    this.#tickSoon();
  }

  /** Looks at the desk when all that was acknowledged is valued in it, and equity's history is as new as it must be. */
  async look<T>(look: (desk: RiskDesk, ledger: Ledger, moment: Moment) => T): Promise<T> {
    this.#noteDay();
    if (this.#isHistoryOld || this.#history !== undefined) await this.#patiently(this.#refreshHistory(true));
    return this.#options.service.read((ledger) => {
      this.#take(ledger);
      return look(this.#desk, ledger, this.#moment());
    });
  }

  /** Waits for a fold that takes less than anybody minds; what takes longer goes on. */
  async #patiently(refreshed: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((done) => (timer = setTimeout(done, this.#foldedMs < PATIENCE_MS ? PATIENCE_MS : 0).unref()));
    await Promise.race([refreshed, late]);
    clearTimeout(timer);
  }

  /** What an order would do. One that is let through counts for the rate of its account; a probe of a half-open breaker is journaled as one. */
  async check(question: Pick<OrderQuestion, "fill">, who: string): Promise<OrderAnswer> {
    const { probes, unknown, service } = this.#options;
    const { fill } = question;
    const now = performance.now();
    const answer = await this.look((desk, ledger, moment) => {
      const found = desk.check(deskState(ledger), moment, { fill, ordersLastMinute: this.#ordersOf(fill.account).length, probes, unknown });
      if (found.allowed) this.#countOrder(fill.account, now); // here, so that no other check comes between
      return found;
    });
    if (!answer.allowed) return answer;
    if (answer.isProbe) {
      const why = `${fill.quantity.mantissa > 0n ? "buy" : "sell"} ${fill.symbol} on ${fill.venue}`;
      const [decision] = await service.take([{ type: "probe", id: "", timeNs: this.#options.clock.nowNs(), who, why, most: probes }]);
      if (decision?.is === "refused") {
        this.#forgetOrder(fill.account, now);
        return { ...answer, allowed: false, isProbe: false, breaches: [{ limit: "breaker", scope: "portfolio", value: "half_open", threshold: null, reason: decision.why }] };
      }
    }
    return answer;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    clearTimeout(this.#timer);
    await this.#ticking;
  }

  /** Times of the account's orders of the last minute. */
  #ordersOf(account: string): readonly number[] {
    const since = performance.now() - MINUTE_MS;
    return this.#orders.get(account)?.filter((time) => time > since) ?? [];
  }

  #countOrder(account: string, now: number): void {
    this.#orders.set(account, [...this.#ordersOf(account), now]);
    if (this.#orders.size <= ACCOUNTS_KEPT) return;
    for (const one of this.#orders.keys()) if (this.#ordersOf(one).length === 0) this.#orders.delete(one);
  }

  #forgetOrder(account: string, time: number): void {
    const times = [...this.#ordersOf(account)];
    times.splice(times.indexOf(time), times.includes(time) ? 1 : 0);
    this.#orders.set(account, times);
  }

  #note({ touched, isPast }: Commit): void {
    for (const one of touched) this.#touched.push(one.routes === undefined ? one : { routes: [...one.routes] });
    if (isPast) this.#isHistoryOld = true;
    this.#tickSoon();
  }

  /** Judges in a moment, or once other work has had its time since the last judging. */
  #tickSoon(): void {
    this.#tickIn(Math.max(SOON_MS, this.#restsUntilMs - performance.now()), false);
  }

  #tickIn(ms: number, isIdle: boolean): void {
    if (this.#isClosed || this.#options.judges === false) return;
    if (this.#ticking !== undefined) return void (this.#isDue = true);
    if (this.#timer !== undefined && !this.#isIdle) return;
    clearTimeout(this.#timer);
    this.#isIdle = isIdle;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#ticking = this.#tick()
        .catch((error: unknown) => (error instanceof ServiceRefuses ? undefined : this.#options.onError(error)))
        .finally(() => {
          this.#ticking = undefined;
          const tickMs = this.#options.tickMs ?? TICK_MS;
          this.#restsUntilMs = performance.now() + restMs(this.#judgedMs, tickMs);
          if (this.#isDue) this.#tickSoon();
          else this.#tickIn(Math.max(IDLE_MS, tickMs), true);
          this.#isDue = false;
        });
    }, ms);
    this.#timer.unref();
  }

  async #tick(): Promise<void> {
    const { service } = this.#options;
    this.#noteDay();
    if (this.#isHistoryOld) void this.#refreshHistory(false); // what is judged meanwhile goes by the equity that is known
    const begun = performance.now();
    const reports = await service.read((ledger) => this.#judge(ledger));
    this.#judgedMs = performance.now() - begun;
    if (reports.length > 0) await service.take(reports);
  }

  /** Yesterday's equity is history once the day is over. */
  #noteDay(): void {
    const day = formatTime(this.#options.clock.nowNs()).slice(0, 10);
    if (day !== this.#day) this.#isHistoryOld = true;
    this.#day = day;
  }

  /** What is to be journaled of risk now. */
  #judge(ledger: Ledger): EventReport[] {
    this.#take(ledger);
    const moment = this.#moment();
    const { risk } = ledger.folded;
    const judgements = this.#desk.judgements(deskState(ledger), moment);
    const known = risk.breaches().map(({ fact }) => fact);
    const changes = this.#watch.changes(judgements, this.#signals(ledger, moment), known, moment.nowNs);
    const at = { id: "", timeNs: moment.nowNs } as const;
    const reports: EventReport[] = changes.map(({ is, limit, scope, account, value, threshold }) => ({ type: "breach", ...at, is, limit, scope, account, value, threshold }));
    const trips = (change: Pick<BreachChange, "check">) => change.check !== undefined && this.#options.tripOn.has(change.check);
    const cause = changes.find((change) => change.is === "begun" && trips(change));
    if (cause !== undefined && risk.breaker.state !== "open") reports.push({ type: "trip", ...at, by: cause.check!, who: "fillbook", why: `${cause.limit} of ${cause.scope}: ${cause.value} is more than ${cause.threshold}` });
    else reports.push(...this.#coolDown(ledger, judgements, moment, changes));
    return reports;
  }

  /**
   * A breaker cools down only while nothing that trips it is breached, and no breach of it goes on: one that is quiet for a moment only, or whose figure is not known any
   * more, would begin no second time, and so not trip it again.
   */
  #coolDown({ folded: { risk } }: Ledger, judgements: readonly Judgement[], { nowNs }: Moment, changes: readonly BreachChange[]): EventReport[] {
    const due = coolDownOf(risk.breaker, this.#options.coolDownNs);
    if (due === undefined || nowNs < due.dueNs) return [];
    const trips = (limit: string) => this.#options.tripOn.has(checkOf(limit as LimitName) ?? (limit as Signal));
    const hasEnded = (limit: string, scope: string) => changes.some((change) => change.is === "ended" && change.limit === limit && change.scope === scope);
    const goesOn = risk.breaches().some(({ fact: { limit, scope } }) => trips(limit) && !hasEnded(limit, scope));
    if (goesOn || judgements.some(({ limit, check }) => check.breach === true && trips(limit))) return [];
    return [{ type: "release", id: "", timeNs: nowNs, to: due.to, who: "cool_down", why: `after ${Number(this.#options.coolDownNs! / 1_000_000n) / 1000} s`, sinceNs: risk.breaker.sinceNs! }];
  }

  #signals({ book: { marks } }: Ledger, moment: Moment): SignalRaised[] {
    const signals: SignalRaised[] = [];
    const since = performance.now() - MINUTE_MS;
    this.#refusals = this.#refusals.filter((time) => time > since).slice(-this.#options.refusalBurst);
    if (this.#options.tripOn.has("refusal_burst") && this.#refusals.length >= this.#options.refusalBurst) signals.push({ signal: "refusal_burst", value: this.#refusals.length, threshold: this.#options.refusalBurst });
    const stale = this.#options.marksMaxAgeNs === undefined ? 0 : this.#desk.exposures(moment).filter(({ value, symbol }) => value === undefined && marks.venues(symbol).length > 0).length; // one that was never marked has none that is stale
    if (this.#options.tripOn.has("stale_marks") && stale > 0) signals.push({ signal: "stale_marks", value: stale, threshold: 0 });
    return signals;
  }

  #take({ book }: Ledger): void {
    const touched = this.#touched;
    this.#touched = [];
    if (touched.some(({ all }) => all === true)) return this.#desk.touch(book);
    const nets = new Set<NetRow>();
    for (const one of touched) for (const net of touchedOf(book, one)) nets.add(net);
    this.#desk.touch(book, nets, touched.some(({ routes }) => routes === undefined));
  }

  /** @param waits for a fold however soon after the last; else one that is too soon is left for later */
  async #refreshHistory(waits: boolean): Promise<void> {
    if (this.#history !== undefined) await this.#history;
    const wait = this.#historyAtMs + Math.max(HISTORY_MS, this.#foldedMs * REST) - performance.now();
    if (!this.#isHistoryOld || (!waits && wait > 0)) return;
    this.#isHistoryOld = false;
    const begun = performance.now();
    this.#history = this.#flushed().then(() => this.#options.history()).then((history) => {
      this.#desk.setHistory(history);
    }, (error: unknown) => {
      this.#isHistoryOld = true;
      if (!this.#isClosed) this.#options.onError(error);
    }).finally(() => {
      this.#historyAtMs = performance.now();
      this.#foldedMs = performance.now() - begun;
      this.#tickSoon();
      this.#history = undefined;
    });
    await this.#history;
  }

  /** The fold sees what is on disk, so buffered fills are waited for; not for ever, for without space they stay where they are. */
  async #flushed(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const onDisk = this.#options.service.readDurable(() => true).catch(() => false);
    const late = new Promise<boolean>((done) => (timer = setTimeout(() => done(false), FLUSH_MS).unref()));
    if (!(await Promise.race([onDisk, late]))) this.#isHistoryOld = true;
    clearTimeout(timer);
  }

  #moment(): Moment {
    return { nowNs: this.#options.clock.nowNs(), maxAgeNs: this.#options.marksMaxAgeNs, withoutLots: true };
  }
}

/**
 * How long other work has the loop to itself after judging: nine times what judging took, but no longer than what keeps a mark that came as it began
 * within 80 ms of being judged, and twice what it took at least.
 */
function restMs(judgedMs: number, tickMs: number): number {
  return Math.max(tickMs, Math.min(judgedMs * REST, Math.max(CURRENT_MS - 2 * judgedMs, 2 * judgedMs)));
}
