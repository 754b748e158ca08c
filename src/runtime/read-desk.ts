import { EquityPeriods, StrategyValues, watchAll, type Moment } from "../core/book/index.ts";
import { RiskDesk, type DeskState, type RiskOptions } from "../core/risk/index.ts";
import type { OpenReport } from "../journal/index.ts";
import type { JournalQuestion } from "./attribution.ts";
import { deskState } from "./desk-state.ts";
import { readBook } from "./ledger.ts";

/** A desk over the journal of a data folder. */
export interface DeskRead {
  readonly desk: RiskDesk;
  readonly state: DeskState;
  readonly moment: Moment;
  readonly strategies: StrategyValues;
  readonly seq: number;
  readonly report: OpenReport;
}

/** Reads a data folder's book with its prices, limits, breaker, the equity of each day and what each strategy holds: one fold. */
export function readDesk({ dataDir, currency, marksMaxAgeNs, nowNs, live = [], accounts, onProgress }: JournalQuestion, risk: RiskOptions): DeskRead {
  const periods = new EquityPeriods();
  const strategies = new StrategyValues();
  const folded = readBook(dataDir, { currency, marksMaxAgeNs, watcher: watchAll([periods, strategies]) }, undefined, onProgress);
  const desk = new RiskDesk(risk, currency, accounts);
  desk.setHistory((account) => periods.curve(folded.book, { currency, untilNs: nowNs, maxAgeNs: marksMaxAgeNs, accounts: account === undefined ? accounts : new Set([account]) }));
  for (const mark of live) folded.book.marks.setLive(mark);
  desk.touch(folded.book);
  return { desk, state: deskState({ folded }), moment: { nowNs, maxAgeNs: marksMaxAgeNs, withoutLots: true }, strategies, seq: folded.seq, report: folded.report };
}
