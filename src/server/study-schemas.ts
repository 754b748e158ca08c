import { z } from "zod";
import { BACKTEST_METHODS, VAR_METHODS } from "../core/risk/index.ts";
import { riskCheck } from "./schemas.ts";

const name = z.string().min(1).max(256);
const text = z.string().nullable();
const estimate = z.number().nullable();
const head = { asOf: z.string(), seq: z.number().int().describe("the last entry"), currency: z.string() };

export const studyQuery = z.strictObject({
  account: name.optional(), symbols: z.coerce.number().int().min(2).max(50).default(12).describe("correlations are of so many at most, those with the largest exposure"),
  window: z.coerce.number().int().min(30).max(2_000).optional().describe("returns that each forecast of the backtest looks at; var_calculation.lookback_days"),
});
const methodVar = z.object({ method: z.enum(VAR_METHODS), var: estimate, expectedShortfall: estimate, scenarioDay: text.describe("whose loss it is, of historical methods"), reason: text.describe("why it is not known") });
const methodBacktest = z.object({
  method: z.enum(BACKTEST_METHODS), forecasts: z.number().int(), breaches: z.number().int(), rate: estimate, expected: z.number(), kupiecP: estimate.describe("whether there are as many breaches as there should be"),
  independenceP: estimate.describe("whether they come in bunches"), zone: z.enum(["green", "yellow", "red"]).nullable(), var: z.array(estimate).describe("of days"),
});
export const studyAnswer = z.object({
  ...head, method: z.string().describe("the one that is configured"), confidence: z.number(), horizonDays: z.number(), lookbackDays: z.number(), observations: z.number().int(), methods: z.array(methodVar),
  correlation: z.object({ symbols: z.array(z.string()), exposures: z.array(z.number()), values: z.array(z.array(estimate)), observations: z.number().int(), left: z.number().int().describe("symbols that are held and not shown") }),
  backtest: z.object({ window: z.number().int(), returns: z.number().int(), confidence: z.number(), days: z.array(z.string()).describe("the last 500 with a forecast"), pnl: z.array(z.number()).describe("what the book as it stands would have made on each"), methods: z.array(methodBacktest), reason: text }),
});
export const standingsQuery = z.strictObject({ account: name.optional(), limit: z.coerce.number().int().min(1).max(1_000).default(100).describe("rows at most") });
export const standingsAnswer = z.object({ ...head, limits: z.array(riskCheck.extend({ name: z.string(), scope: z.string() })).describe("the nearest first"), breached: z.number().int(), near: z.number().int(), unknown: z.number().int(), kept: z.number().int().describe("all others") });
export const marketsQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(1_000).default(200).describe("rows at most") });
const best = z.object({ price: z.string(), quantity: z.string(), venues: z.array(z.string()) }).nullable();
export const marketsAnswer = z.object({ asOf: z.string(), total: z.number().int(), markets: z.array(z.object({ symbol: z.string(), best: z.object({ bid: best, ask: best }), spread: text, spreadBasisPoints: estimate, imbalance: estimate, usable: z.number().int(), venues: z.number().int() })) });
