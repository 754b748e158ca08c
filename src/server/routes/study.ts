import type { FastifyReply } from "fastify";
import type { z } from "zod";
import { formatTime } from "../../core/model/index.ts";
import { limitStandings, priceSeriesOf, RiskDesk, standingsOf, VAR_CONVENTIONS, type DeskState } from "../../core/risk/index.ts";
import { deskState } from "../../runtime/index.ts";
import type { Moment } from "../../core/book/index.ts";
import type { Principal } from "../access/principal.ts";
import { momentOf, type RouteContext } from "../context.ts";
import { accountsOf, deskOf, json } from "./risk.ts";
import type { standingsQuery, studyQuery } from "../study-schemas.ts";

/** `GET /v1/risk/study`: VaR by every method, correlations, a backtest of the book as it stands. Reckoned beside the main thread, from what is held and its closes. */
export async function getStudy(context: RouteContext, { account, window, symbols }: z.infer<typeof studyQuery>, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const { risk, riskOptions, currency, folds } = context;
  const accounts = accountsOf(account, who);
  const { input, asOf, seq } = await risk.look((whole, ledger, moment) => {
    const desk = accounts === undefined ? whole : new RiskDesk(riskOptions, currency, accounts);
    if (desk !== whole) desk.touch(ledger.book);
    return { asOf: formatTime(moment.nowNs), seq: ledger.seq, input: heldOf(desk, deskState(ledger), moment) };
  });
  const { method, lookbackDays, confidence = VAR_CONVENTIONS.confidence, horizonDays = VAR_CONVENTIONS.horizonDays } = riskOptions;
  const study = await folds.ask({ kind: "study", input: { ...input, options: riskOptions, window, mostSymbols: symbols } });
  return json(reply, `${JSON.stringify({ asOf, seq, currency, method, confidence, horizonDays, lookbackDays }).slice(0, -1)},${study.slice(1)}`);
}

/** What is held, and the closes of it. */
function heldOf(desk: RiskDesk, { book, prices }: DeskState, moment: Moment) {
  const exposures = desk.exposures(moment);
  const series = [...new Set(exposures.map(({ symbol }) => symbol))].sort().map((symbol) => priceSeriesOf(symbol, prices, book.marks, moment.nowNs) ?? { symbol, days: new Int32Array(0), closes: new Float64Array(0) });
  return { exposures, series };
}

/** `GET /v1/risk/limits`: every limit in force and what stands to it, the nearest first. */
export async function getStandings(context: RouteContext, { account, limit }: z.infer<typeof standingsQuery>, who: Principal, reply: FastifyReply): Promise<FastifyReply> {
  const { risk, riskOptions, currency, service } = context;
  const accounts = accountsOf(account, who);
  const told = (desk: RiskDesk, state: DeskState, moment: Moment, seq: number) => {
    const judgements = desk.judgements(state, moment);
    const { breached, near, unknown } = limitStandings(judgements);
    const all = judgements.filter(({ check }) => check.limit !== null).length;
    return JSON.stringify({ asOf: formatTime(moment.nowNs), seq, currency, limits: standingsOf(judgements, limit), breached, near, unknown, kept: all - breached - near - unknown });
  };
  if (accounts === undefined) return json(reply, await risk.look((desk, ledger, moment) => told(desk, deskState(ledger), moment, ledger.seq)));
  const own = await deskOf(context, riskOptions, accounts);
  return json(reply, await service.read((ledger) => {
    own.touch(ledger.book);
    return told(own, deskState(ledger), momentOf(context), ledger.seq);
  }));
}
