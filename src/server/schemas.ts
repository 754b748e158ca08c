import { z } from "zod";
import { PNL_KEYS, PNL_VIEWS } from "../core/book/index.ts";
import { EXECUTION_PERIODS } from "../core/performance/index.ts";
import { RISK_GROUPS, VAR_METHODS } from "../core/risk/index.ts";
import { Problem } from "./problem.ts";
import { LIMITED_BY, PRICE_PERIODS, readTime } from "../core/model/index.ts";

const name = z.string().min(1).max(256);
const time = z.string().min(1).max(64).describe("ISO 8601 (a day is its midnight UTC) or an integer epoch");
const page = (most: number, usual: number) => ({
  limit: z.coerce.number().int().min(1).max(most).default(usual).describe("rows at most"),
  cursor: z.string().max(4096).optional().describe("where the page before ended: its `next`"),
});
const MOST_ROWS = 10_000;
const USUAL_ROWS = 1_000;

export const positionsQuery = z.strictObject({
  account: name.optional(),
  venue: name.optional().describe("only the part on this venue"),
  symbol: name.optional(),
  status: z.enum(["open", "closed", "all"]).default("all"),
  at: time.optional().describe("as of a time: fills and marks whose own time is not later"),
  seq: z.coerce.number().int().min(0).optional().describe("as known when this entry was the last one"),
  summary: z.enum(["true", "false"]).default("false").describe("whether to add up what the filter lets through"),
  ...page(MOST_ROWS, MOST_ROWS),
});
export const symbolQuery = positionsQuery.omit({ symbol: true });
const historyQuery = z.strictObject({ account: name.optional(), venue: name.optional(), symbol: name.optional(), from: time.optional(), to: time.optional(), ...page(MOST_ROWS, USUAL_ROWS) });
export const tripsQuery = historyQuery;
export const newestHistoryQuery = historyQuery.extend({ newest: z.enum(["true", "false"]).default("false").describe("the last rows instead of the first ones") });
export const refusalsQuery = z.strictObject(page(1_000, 100));
export const refusalsAnswer = z.object({ refusals: z.array(z.object({ seq: z.number().int(), time: z.string(), account: z.string(), venue: z.string(), symbol: z.string(), id: z.string(), code: z.string(), why: z.string(), raw: z.string().describe("the row as it came") })), next: z.string().nullable() });
export const marksQuery = z.strictObject({ symbol: name, from: time.optional(), limit: z.coerce.number().int().min(1).max(MOST_ROWS).default(USUAL_ROWS).describe("of each venue, the newest") });
export const marksReadAnswer = z.object({ seq: z.number().int(), symbol: z.string(), series: z.array(z.object({ venue: z.string().describe("empty: marks of every venue"), marks: z.array(z.object({ time: z.string(), price: z.string() })) })) });
export const statusAnswer = z.object({
  asOf: z.string(), state: z.string(), reason: z.string().nullable(), run: z.string(), startedAt: z.string(), seq: z.number().int(), durableSeq: z.number().int(), waiting: z.number().int().describe("rows that wait to be decided"),
  journal: z.object({ segments: z.number().int(), bytes: z.number().int() }), stream: z.object({ clients: z.number().int(), lagEntries: z.number().int(), queuedBytes: z.number().int() }), residentBytes: z.number().int(),
  refused: z.array(z.object({ reason: z.string(), rows: z.number().int() })).describe("rows since the start, by reason"),
});
export const tokensAnswer = z.object({ isRequired: z.boolean(), tokens: z.array(z.object({ id: z.string(), name: z.string(), scopes: z.array(z.string()), accounts: z.array(z.string()).nullable(), standing: z.enum(["valid", "expired", "revoked"]), createdAt: z.string(), expiresAt: z.string().nullable(), revokedAt: z.string().nullable() })) });
export const pnlQuery = z.strictObject({
  by: z.enum(PNL_KEYS).default("symbol"),
  view: z.enum(PNL_VIEWS).default("gross"),
  currency: z.string().min(1).max(16).optional(),
  at: time.optional(),
});
export const attributionQuery = z.strictObject({
  by: z.string().max(64).default("signal").describe("one or two of signal, venue, strategy, symbol and account, with a comma between"),
  currency: z.string().min(1).max(16).optional(),
  from: time.optional().describe("what was made from then on; else since the beginning"),
  at: time.optional().describe("up to then"),
});
export const performanceQuery = z.strictObject({
  from: time.optional(), to: time.optional(), benchmark: name.optional().describe("compare with a symbol that has marks"), currency: z.string().min(1).max(16).optional(),
  everySeconds: z.coerce.number().int().min(60).max(86_400).default(86_400).describe("sample equity as often, beside by the day"),
  periodsPerYear: z.coerce.number().min(1).max(1e6).optional().describe("days of a year; 365 where every venue is always open, else 252"),
  by: z.enum(EXECUTION_PERIODS).optional().describe("executions by period, too"),
  fills: z.coerce.number().int().min(1).max(10_000).optional().describe("so many of the last fills one by one, too: slippage, latency, score and its parts, P&L"),
  rolling: z.coerce.number().int().min(2).max(10_000).optional().describe("figures of so many daily returns at a time, too"),
  riskFree: z.coerce.number().min(-0.5).max(10).default(0).describe("a yearly rate: 0.02 is 2 %"),
  series: z.enum(["true", "false"]).default("false").describe("a point for each day, too: equity, what 1 became, what it became in the benchmark, drawdown"),
});
export const weightsBody = z.object({ weights: z.array(z.object({ symbol: z.string(), weight: z.number().describe("part of 1; what is left is cash"), segment: z.string().optional().describe("several symbols counted as one; else the symbol") })).max(5_000) }).describe("a benchmark of weights");
export const equityQuery = z.strictObject({ from: time.optional(), account: name.optional(), everySeconds: z.coerce.number().int().min(10).max(86_400).default(86_400).describe("a point each; whole days are UTC days") });
export const venuesQuery = z.strictObject({ from: time.optional(), to: time.optional(), currency: z.string().min(1).max(16).optional() });
export const symbolParams = z.object({ symbol: name });

const amount = z.union([z.string(), z.number()]).describe("exact; write it as a text");
/** For the documentation: bodies are read as they come, by the rules of the file readers. */
export const fillBody = z
  .object({
    id: z.string(), venue: z.string(), symbol: z.string(), side: z.enum(["buy", "sell"]), quantity: amount, price: amount, timestamp: z.union([z.string(), z.number()]),
    account: z.string().optional(), venueType: z.string().optional(), orderId: z.string().optional(), fee: amount.optional(), feeCurrency: z.string().optional(), liquidity: z.string().optional(),
    signalId: z.string().optional(), strategy: z.string().optional(), arrivalPrice: amount.optional(), slippage: amount.optional(), latencyMs: amount.optional(), executionScore: amount.optional(),
  })
  .describe("a fill; an array of them, {\"fills\": [ … ]}, or one a line as application/x-ndjson");
export const markBody = z.object({ symbol: z.string(), price: amount, venue: z.string().optional(), timestamp: z.union([z.string(), z.number()]).optional() }).describe("a mark, or a list of them; without a venue it marks the symbol everywhere, without a timestamp now");
export const priceBody = z.object({ date: z.union([z.string(), z.number()]), symbol: z.string(), close: amount, period: z.enum(PRICE_PERIODS).optional() }).describe("a close of a UTC day, or a list of them");
export const instrumentBody = z
  .object({
    symbol: z.string(), kind: z.string(), quote: z.string(), venue: z.string().optional(), base: z.string().optional(), settle: z.string().optional(), multiplier: amount.optional(), inverse: z.union([z.boolean(), z.string()]).optional(),
    priceIncrement: amount.optional(), quantityIncrement: amount.optional(), expires: z.string().optional(),
  })
  .describe("a definition, or a list of them");
export const eventBody = z
  .object({
    type: z.enum(["funding", "deposit", "withdrawal", "split", "rename", "settlement", "bust", "amend", "configure", "limit", "breach", "trip", "reset", "probe"]), id: z.string().optional(), account: z.string().optional(), venue: z.string().optional(), symbol: z.string().optional(),
    timestamp: z.union([z.string(), z.number()]).optional(), currency: z.string().optional(), amount: amount.optional(), quantity: amount.optional(), cost: amount.optional(), price: amount.optional(), ratio: z.string().optional(),
    to: z.string().optional(), method: z.string().optional(), limits: z.string().optional(), overrides: z.string().optional(), by: z.string().optional(), is: z.enum(["begun", "ended"]).optional(), limit: z.string().optional(), scope: z.string().optional(), value: amount.optional(), threshold: amount.optional(), who: z.string().optional(), why: z.string().optional(), fill: z.string().optional(), fillTimestamp: z.string().optional(), side: z.string().optional(), fee: amount.optional(), feeCurrency: z.string().optional(),
  })
  .describe("an event, or a list of them: what each type takes, `fillbook events --help` says");

const limit = (says: string) => z.union([z.string(), z.null()]).optional().describe(`${says}; null: no limit`);
const limitFields = {
  maxPositionValue: limit("most that one position may be worth, in the base currency"), maxVar: limit("most value at risk of one position"), maxPortfolioVar: limit("most value at risk of all positions"),
  maxDrawdownLimit: limit("deepest fall from the highest equity, a fraction of it"), concentrationLimit: limit("largest part of the book that one position may be, a fraction"), maxCorrelationRisk: limit("highest correlation risk, a fraction"),
  maxDailyLoss: limit("most that may be lost since midnight UTC"), maxOrderValue: limit("most that one order may be worth"), maxOrderRate: limit("most orders in a minute"), maxLeverage: limit("gross exposure, as so many times the equity"), maxGrossExposure: limit("most that all positions may be worth, long and short added"),
  warningLevel: limit("from which part of a limit on a check warns, a fraction"),
};
const ownLimits = z.record(z.string(), z.object(limitFields));
const overrides = z.object({ account: ownLimits.optional(), venue: ownLimits.optional(), symbol: ownLimits.optional(), strategy: ownLimits.optional() }).describe("limits in the place of the common ones, by name; inherit: the common one counts again");
export const limitsBody = z.object({ ...limitFields, overrides: overrides.optional() }).describe("limits to set, as exact texts; those that are not named stay as they are");

const figure = z.string().nullable();
const lot = z.object({ openedAt: z.string(), quantity: z.string(), price: figure, cost: z.string(), id: z.string(), venue: z.string(), strategy: figure, signalId: figure });
const lots = z.array(lot).optional().describe("open lots in the order opened; for accounts that chose fifo, lifo or hifo");
const rowFigures = {
  status: z.enum(["open", "closed"]), quantity: z.string(), avgPrice: figure, totalCost: z.string(), realizedPnl: z.string(), fees: figure, feesByCurrency: z.record(z.string(), z.string()), unvaluedFees: z.array(z.string()), funding: figure,
  netRealizedPnl: figure, markPrice: figure, markAge: z.number().nullable(), unrealizedPnl: figure, totalPnl: figure, netTotalPnl: figure, pnlPercentage: z.number().nullable(), positionValue: figure, maxLoss: figure,
  numTrades: z.number().int(), totalVolume: z.string(), currency: z.string(), openedAt: figure, lastUpdated: figure, lots,
};
const position = z.object({ account: z.string(), symbol: z.string(), kind: z.string(), method: z.string(), ...rowFigures, venues: z.array(z.object({ venue: z.string(), venueType: z.string(), ...rowFigures })) });
const summary = z.object({ currency: z.string(), openPositions: z.number().int(), closedPositions: z.number().int(), grossExposure: figure, netExposure: figure, realized: figure, unrealized: figure, fees: figure, funding: figure, net: figure });
const capital = z.array(z.object({ account: z.string(), currency: z.string(), amount: z.string() }));
export const positionsAnswer = z.object({
  asOf: z.string(), seq: z.number().int(),
  summary: summary.optional().describe("what the filter lets through, added up; with summary=true"),
  capital: capital.optional().describe("cash that came in, less what left; of now only"),
  positions: z.array(position), next: z.string().nullable(),
});
const rowAnswer = z.object({ index: z.number().int(), status: z.enum(["accepted", "duplicate", "refused"]), reason: z.string().nullable(), warning: z.string().optional().describe("taken, and to be looked at: a time of the future, an event that comes late, a repeat whose other columns differ") });
const seq = z.number().int().describe("the last entry");
/** What is answered to facts of each kind. */
export const fillsAnswer = z.object({
  results: z.array(rowAnswer.extend({ seq: z.number().int().nullable().describe("its entry, or that of the fill it repeats") })), seq,
  accepted: z.number().int().optional().describe("with Prefer: return=minimal"), duplicates: z.number().int().optional(), refused: z.number().int().optional(),
});
export const marksAnswer = z.object({ results: z.array(rowAnswer).describe("with Prefer: return=minimal the refused ones alone"), kept: z.number().int().describe("of them so many are entries: the last of each symbol and minute"), seq });
export const pricesAnswer = z.object({ results: z.array(rowAnswer).describe("with Prefer: return=minimal the refused ones alone"), accepted: z.number().int(), duplicates: z.number().int(), refused: z.number().int(), seq });
export const factsAnswer = z.object({ results: z.array(rowAnswer), seq });
export const historyAnswer = z.object({ history: z.array(z.object({ seq: z.number().int(), id: z.string() }).loose()), next: z.string().nullable() });
export const tripsAnswer = z.object({ seq: z.number().int(), trips: z.array(z.object({ account: z.string(), symbol: z.string() }).loose()), totals: z.array(z.object({ currency: z.string() }).loose()), next: z.string().nullable() });
const pnlFigures = { realized: figure, unrealized: figure, fees: figure, funding: figure, net: figure };
export const pnlAnswer = z.object({ seq: z.number().int(), by: z.string(), view: z.string(), currency: z.string(), groups: z.array(z.object({ key: z.string(), ...pnlFigures })), total: z.object(pnlFigures), missingRates: z.array(z.string()) });
export const limitsAnswer = z.object({ limits: z.object(limitFields).required(), overrides, seq: z.number().int().nullable(), since: figure, by: z.enum([...LIMITED_BY, "default"]) });
export const breakerBody = z.object({ why: z.string().optional().describe("needed, as this or as reason"), reason: z.string().optional().describe("the same as why"), who: z.string().optional().describe("the token's name where it is missing") });
export const breakerAnswer = z.object({ state: z.enum(["closed", "open", "half_open"]), reason: figure, by: figure.describe("what tripped it last: a check, or hand"), who: figure, since: figure, probesUsed: z.number().int(), seq });
const estimate = z.number().nullable();
export const riskCheck = z.object({ value: z.union([z.string(), z.number()]).nullable(), limit: z.union([z.string(), z.number()]).nullable(), breach: z.boolean().nullable(), utilization: estimate, warning: z.boolean(), reason: z.string().optional() }).describe("a figure beside its limit: exact sums are texts, estimates numbers; null is not known");
export const riskQuery = z.strictObject({
  method: z.enum([...VAR_METHODS, "historical", "filtered"]).optional().describe("default: var_calculation.method"),
  confidence: z.coerce.number().min(0.5).lt(1).optional(), horizon: z.coerce.number().int().min(1).max(1000).optional().describe("days"),
  account: name.optional(), by: z.enum(RISK_GROUPS).default("account").describe("what groups are of"),
});
export const riskAnswer = z.object({
  asOf: z.string(), seq, currency: z.string(), method: z.string(), confidence: z.number(), lookbackDays: z.number(), horizonDays: z.number(), observations: z.number().describe("joint returns that there are"), window: z.object({ from: z.string(), to: z.string() }).nullable().describe("the days on which the first and the last of them end"), calendar: z.string(),
  missing: z.array(z.object({ symbol: z.string(), reason: z.string(), count: z.number() })),
  positions: z.array(z.object({ account: z.string(), symbol: z.string(), exposure: figure, checks: z.object({ positionSize: riskCheck, var: riskCheck, concentration: riskCheck }), var: estimate, expectedShortfall: estimate, marginalVar: estimate, componentVar: estimate, volatility: estimate, reason: figure })),
  portfolio: z.object({ checks: z.object({ portfolioVar: riskCheck, maxDrawdown: riskCheck, drawdown: riskCheck, correlationRisk: riskCheck, grossExposure: riskCheck, leverage: riskCheck, dailyLoss: riskCheck, unhedgedExposure: riskCheck, divergenceLoss: riskCheck, pairCapital: riskCheck }), var: estimate, expectedShortfall: estimate }).loose(),
  venues: z.array(z.object({ venue: z.string(), exposure: figure, heldThere: figure, componentVar: estimate })),
  groups: z.array(z.object({ key: z.string(), exposure: figure, var: estimate, expectedShortfall: estimate, componentVar: estimate })),
  breaker: z.object({ state: z.enum(["closed", "open", "half_open"]), reason: figure, since: figure }),
});
export const overviewQuery = z.strictObject({});
export const overviewAnswer = z.object({
  asOf: z.string(), seq, currency: z.string(), equity: figure, pnl: figure, dayPnl: figure, grossExposure: figure, netExposure: figure, openPositions: z.number().int(), unvalued: z.number().int().describe("open positions that no mark values"),
  limits: z.array(riskCheck.extend({ name: z.string(), scope: z.string() })).describe("one of each limit and kind of scope, what is nearest to it"), breached: z.number().int(), near: z.number().int(), unknown: z.number().int(),
  breaker: z.object({ state: z.enum(["closed", "open", "half_open"]), reason: figure, since: figure }),
});
export const stressQuery = z.strictObject({ scenario: z.string().min(1).max(512).optional().describe("only this one"), account: name.optional() });
export const stressAnswer = z.object({ asOf: z.string(), seq, currency: z.string(), scenarios: z.array(z.object({ name: z.string(), kind: z.string(), pnl: estimate, reason: figure, positions: z.array(z.object({ account: z.string(), symbol: z.string(), shock: estimate, pnl: estimate })), timesToLimit: z.object({ max_daily_loss: estimate, max_drawdown_limit: estimate }) })) });
const orderBreach = z.object({ limit: z.string(), scope: z.string(), value: z.union([z.string(), z.number()]).nullable(), threshold: z.union([z.string(), z.number()]).nullable(), reason: z.string().optional() });
export const checkBody = z.object({ symbol: z.string(), venue: z.string(), side: z.enum(["buy", "sell"]), quantity: amount, price: amount.optional().describe("the mark where it is missing"), account: z.string().optional(), strategy: z.string().optional() });
export const checkAnswer = z.object({
  allowed: z.boolean(), breaches: z.array(orderBreach).describe("why it is not allowed"), standing: z.array(orderBreach).describe("limits that stay breached, or unknown, and that it makes no worse"), warnings: z.array(orderBreach).describe("limits that it comes near to"),
  effect: z.enum(["reduces", "increases"]), after: position.loose().describe("the position as it would be"), var: z.object({ before: estimate, after: estimate }),
  venue: z.object({
    venue: z.string(), score: estimate, rank: z.number().int(), fills: z.number().int(), latencyMs: z.object({ p50: estimate, p95: estimate }), feedUptime: estimate, acceptedShare: estimate,
    currency: z.string(), slippage: estimate, fees: estimate, total: estimate,
  }).nullable().describe("what the order will likely cost there, by the venue's fills so far; null where none is known yet, and for a token that is bound to accounts"),
});
const distribution = z.object({ count: z.number().int(), average: estimate, p5: estimate, p50: estimate, p95: estimate, p99: estimate, percentilesOf: z.number().int() });
const executed = { fills: z.number().int(), volume: figure, fees: figure, effectiveFeeBasisPoints: estimate, makerShare: estimate, slippageBasisPoints: distribution, slippageCost: estimate, latencyMs: distribution, executionScore: distribution };
export const performanceAnswer = z.object({
  seq: z.number().int(), from: figure, to: z.string(), currency: z.string(), totalPnl: figure, totalTrades: z.number().int(), avgPnlPerTrade: figure, avgSlippage: estimate, avgLatencyMs: estimate, avgExecutionScore: estimate,
  volatility: estimate, sharpeRatio: estimate, sharpeRatioAnnualized: estimate, sortinoRatio: estimate, calmarRatio: estimate, informationRatio: estimate, alpha: estimate, beta: estimate, maxDrawdown: figure,
  maxDrawdownPct: estimate, drawdownDuration: estimate.describe("days"), winRate: estimate, profitFactor: estimate, expectancy: estimate, bestTrade: figure, worstTrade: figure,
  reasons: z.record(z.string(), z.string()).describe("why a figure is null"), drawdowns: z.array(z.object({ peakAt: z.string() }).loose()), execution: z.object({ ...executed, realizedPnl: figure }),
  series: z.array(z.object({ at: z.string(), equity: figure, pnl: figure.describe("net, since the span began"), index: estimate.describe("what 1 became, time-weighted"), drawdownPct: estimate, benchmark: estimate.describe("what 1 in it became") })).optional(),
}).loose();
const venueFigures = z.object({ rank: z.number().int(), venue: z.string(), venueType: z.string(), score: estimate, scoreParts: z.object({ slippage: estimate, fees: estimate, latency: estimate, accepted: estimate }), rejects: z.number().int(), pnl: figure, feedUptime: estimate, ...executed });
export const equityAnswer = z.object({ seq: z.number().int(), currency: z.string(), points: z.array(z.object({ begin: z.string(), end: z.string(), equity: figure.describe("capital and net P&L; null: not known, or no capital was told"), pnl: figure.describe("net, since the beginning"), capital: figure })).describe("of periods in which something happened, oldest first; the last 5,000") });
export const venuesAnswer = z.object({ seq: z.number().int(), currency: z.string(), venues: z.array(venueFigures), types: z.array(venueFigures) });
const attributionFigures = { totalPnl: figure.describe("net: realized + unrealized − fees + funding"), ...pnlFigures, totalQuantity: z.string(), numTrades: z.number().int(), avgPnlPerTrade: figure, totalSlippage: estimate.describe("basis points, > 0 costs"), avgSlippage: estimate, totalLatencyMs: estimate, avgLatencyMs: estimate, avgExecutionScore: estimate };
export const attributionAnswer = z.object({
  seq: z.number().int(), by: z.string(), currency: z.string(), total: z.object(attributionFigures).omit({ net: true }),
  groups: z.array(z.object({ key: z.string(), keys: z.array(z.string()), ...attributionFigures }).omit({ net: true })), missingRates: z.array(z.string()),
});
const side = z.array(z.union([z.tuple([amount, amount]), z.object({ price: amount, quantity: amount })])).optional().describe("levels: price and quantity; in an update a quantity of 0 takes a level away");
export const bookBody = z
  .object({
    type: z.enum(["snapshot", "update"]), venue: z.string(), symbol: z.string(), timestamp: z.union([z.string(), z.number()]), bids: side, asks: side, sequence: z.number().int().optional(), firstSequence: z.number().int().optional(), previousSequence: z.number().int().optional(),
    depth: z.number().int().optional(), checksum: z.object({ kind: z.enum(["kraken", "okx"]), value: z.number().int() }).optional(),
  })
  .describe("a ladder, or what changed of it; a list of them, or one a line as application/x-ndjson");
export const booksAnswer = z.object({ results: z.array(rowAnswer.extend({ code: z.string().describe("taken, old, gap, waiting, mismatch or refused; after gap, waiting and mismatch send a snapshot") })), seq });
export const liquidityQuery = z.strictObject({ levels: z.coerce.number().int().min(0).max(1_000).default(25).describe("shown a side"), quantity: z.string().max(64).optional().describe("what would this size cost?") });
const shownBest = z.object({ price: z.string(), quantity: z.string(), venues: z.array(z.string()) }).nullable();
const swept = z.object({ side: z.enum(["buy", "sell"]), quantity: z.string(), isComplete: z.boolean(), amount: z.string(), fees: figure, averagePrice: figure, averagePriceWithFees: figure, worstPrice: figure, venues: z.array(z.object({ venue: z.string(), quantity: z.string() })) });
const levels = z.array(z.object({ price: z.string(), quantity: z.string(), venue: z.string() }));
export const liquidityAnswer = z.object({
  asOf: z.string(), symbol: z.string(), bids: levels, asks: levels, best: z.object({ bid: shownBest, ask: shownBest }), spread: figure, spreadBasisPoints: estimate, microprice: estimate, imbalance: estimate,
  depth: z.array(z.object({ basisPoints: z.number(), bid: z.string(), ask: z.string() })), venues: z.array(z.object({ venue: z.string(), symbol: z.string(), share: estimate, ageMs: estimate, usable: z.boolean(), reason: figure, rules: z.string() })),
  sweeps: z.object({ buy: swept, sell: swept, buyByNet: swept, sellByNet: swept }).optional().describe("with quantity: by price, and by price after fees"),
});
export const opportunitiesQuery = z.strictObject({ account: name.optional().describe("whose holdings count; default: all that you may see"), symbol: name.optional().describe("only this market"), kind: z.enum(["cross", "basis", "triangle"]).optional().describe("only what is between venues; only spot against contracts, with every basis; only rounds within a venue"), ended: z.coerce.number().int().min(0).max(1_000).default(0).describe("so many of the last that are over, too") });
const opportunity = z.object({
  kind: z.enum(["cross", "basis"]), symbol: z.string(), currency: z.string(), buyVenue: z.string(), buySymbol: z.string(), sellVenue: z.string(), sellSymbol: z.string(), quantity: z.string(), buyPrice: z.string(), sellPrice: z.string(),
  grossProfit: z.string(), fees: z.string(), transferCost: z.string(), netProfit: z.string(), basisPoints: z.number(), bestNetProfit: z.string(), firstSeen: z.string(), lastSeen: z.string(), lifeMs: z.number(), ageMs: z.number(),
  buyAgeMs: z.number(), sellAgeMs: z.number(), capital: z.string(), latencyMs: estimate, latencyRisk: estimate, latencyRiskReason: z.string().optional(),
});
const triangle = z.object({
  kind: z.literal("triangular"), symbol: z.string().describe("ETH>BTC>USD: bought for USD, sold for BTC, that for USD"), currency: z.string(), buyVenue: z.string(), sellVenue: z.string(), quantity: z.string(), middleQuantity: z.string(), grossProfit: z.string(), fees: z.string(), netProfit: z.string(), basisPoints: z.number(), bestNetProfit: z.string(),
  firstSeen: z.string(), lastSeen: z.string(), lifeMs: z.number(), ageMs: z.number(),
});
const basis = z.object({
  symbol: z.string(), currency: z.string(), kind: z.enum(["perpetual", "future"]), spotVenue: z.string(), contractVenue: z.string(), contractSymbol: z.string(), spotPrice: z.string(), contractPrice: z.string(), basis: z.string(), basisPoints: estimate, premiumEdge: figure, discountEdge: figure,
  annualized: z.number().nullable(), fundingPerDay: z.number().nullable(), breakEvenDays: z.number().nullable(), ageMs: z.number(),
});
export const opportunitiesAnswer = z.object({ asOf: z.string(), seq, opportunities: z.array(opportunity.extend({ usesInventory: z.boolean(), inventoryQuantity: z.string() })), triangles: z.array(triangle).optional().describe("rounds within a venue; left out of cross and basis"), basis: z.array(basis).optional().describe("every contract against every spot ladder; with kind=basis"), ended: z.array(opportunity).optional() });
export const inventoryQuery = z.strictObject({ account: name.optional().describe("whose holdings count; default: all that you may see") });
export const inventoryAnswer = z.object({
  asOf: z.string(), seq, symbol: z.string(), currency: figure, total: z.string(), venues: z.array(z.object({ venue: z.string(), symbol: z.string(), held: z.string(), target: z.string(), imbalance: z.string().describe("held − target") })),
  moves: z.array(z.object({ from: z.string(), to: z.string(), quantity: z.string() })), transferCost: figure, tradeCost: figure, cheaper: z.enum(["transfer", "trade"]).nullable(), fundingSpread: z.object({ longVenue: z.string(), shortVenue: z.string(), perDay: z.number() }).nullable(),
});
export const problemAnswer = z.object({ type: z.string(), title: z.string(), status: z.number().int(), code: z.string(), detail: z.string() }).describe("RFC 9457: what went wrong, and how to mend it");

const pairStatus = z.enum(["open", "closing", "closed", "expired"]);
export const pairsQuery = z.strictObject({ status: pairStatus.optional(), account: name.optional().describe("filled in this account"), ...page(MOST_ROWS, USUAL_ROWS) });
export const pairsSummaryQuery = z.strictObject({ account: name.optional() });
export const pairAdviceQuery = z.strictObject({ askCents: z.string().optional().describe("what the missing side costs, instead of what ladders and marks say"), bidCents: z.string().optional().describe("what the side that there is too much of brings") });
const wayOut = z.object({ venue: z.string(), cashCents: z.string(), feesCents: z.string(), guaranteedTotalCents: z.string(), changeCents: z.string() }).nullable();
const pairAdvice = z.object({
  pairId: z.string(), unhedgedSide: z.enum(["yes", "no"]).nullable(), unhedgedQuantity: z.string(),
  advice: z.object({ asItIs: z.object({ guaranteedTotalCents: z.string(), worstWithDivergenceCents: z.string() }), complete: wayOut, unwind: wayOut, better: z.enum(["complete", "unwind"]).nullable(), completePricesFrom: figure, unwindPricesFrom: figure }).loose().nullable(),
  reasons: z.object({ advice: figure, complete: figure, unwind: figure }).describe("why one is null"),
});
export const pairAdviceAnswer = pairAdvice.extend({ asOf: z.string(), seq: z.number().int() });
export const pairFeesAnswer = z.object({
  seq: z.number().int(), checked: z.number().int().describe("fills whose fee the venue told and a schedule says"), unknown: z.number().int().describe("fills whose fee the venue told and no schedule says"),
  differences: z.array(z.object({ pairId: z.string(), venue: z.string(), market: z.string(), id: z.string().describe("of the fill"), recordedCents: z.string(), computedCents: z.string(), differenceCents: z.string().describe("recorded − computed"), source: z.string().describe("of the schedule") })),
});
export const pairsAdviceAnswer = z.object({ asOf: z.string(), seq: z.number().int(), pairs: z.array(pairAdvice) });
export const reconcileBody = z.object({
  venue: z.enum(["kalshi", "polymarket"]), account: z.string().optional(), payloads: z.array(z.string()).describe("answers of the venue, each as the text that it was"), owners: z.array(z.string()).optional().describe("Polymarket: API keys and addresses that are ours"),
  since: z.string().optional().describe("the fills are all that there are from this time on; without it some may be missing"), holdsAll: z.boolean().optional().describe("the positions are all that is held, though none be told"),
});
export const reconcileAnswer = z.object({
  venue: z.string(), account: z.string(), asked: z.string(), seq: z.number().int(), compared: z.object({ fills: z.number().int(), positions: z.number().int(), settlements: z.number().int(), resolutions: z.number().int(), orders: z.number().int() }),
  differences: z.array(z.object({ cause: z.string(), market: z.string(), pairId: figure, why: z.string(), mends: z.array(z.record(z.string(), z.string())).describe("rows that POST /v1/pairs/fills takes; offered, not applied") })),
  causes: z.record(z.string(), z.number().int()), unreadable: z.array(z.object({ why: z.string(), raw: z.string() })),
});
export const pairParams = z.object({ id: name });
const pairLegBody: Readonly<Record<string, z.ZodType>> = Object.fromEntries((["kalshi", "polymarket"] as const).flatMap((venue): [string, z.ZodType][] => [[`${venue}Market`, z.string().optional()], [`${venue}Side`, z.enum(["yes", "no"]).optional()], [`${venue}PriceCents`, amount.optional()], [`${venue}Quantity`, amount.optional().describe("0: the leg did not fill")], [`${venue}FeesCents`, amount.optional().describe("empty: computed from the venue's schedule")]]));
export const pairFillBody = z
  .object({
    id: z.string(), pairId: z.string(), timestamp: z.union([z.string(), z.number()]), account: z.string().optional(), arbType: z.string().optional().describe("poly_yes_kalshi_no, kalshi_yes_poly_no, kalshi_only or poly_only: then both legs stand in the row"), ...pairLegBody, polymarketCategory: z.string().optional(),
    venue: z.enum(["kalshi", "polymarket"]).optional().describe("of a fill at one venue"), symbol: z.string().optional().describe("its market"), side: z.string().optional().describe("buy or sell, or the outcome that was bought"), outcome: z.enum(["yes", "no"]).optional().describe("of the venue's own market"), quantity: amount.optional(), price: amount.optional().describe("dollars"), priceCents: amount.optional(), fee: amount.optional(), feesCents: amount.optional(),
    type: z.string().optional().describe("any other fact of a pair: pair_defined, pair_voided, pair_merged, …, see docs/pairs.md"),
  })
  .loose().describe("a row with both legs, a fill at one venue, or a list of them");
export const pairCloseBody = z.object({ by: z.string().optional(), withdraw: z.boolean().optional().describe("true: it is not to be closed after all") });
export const pairSettleBody = z.object({
  result: z.string().optional().describe("yes, no, refund, or the cents that one YES is paid; outcome means the same"), venue: z.enum(["kalshi", "polymarket"]).optional().describe("whose market ended so; without it the pair's outcome, for all its markets"), market: z.string().optional(),
  stage: z.enum(["provisional", "disputed", "final"]).optional(), revenueCents: z.string().optional().describe("what the venue paid"), timestamp: z.string().optional(), id: z.string().optional(),
});
const cents = z.string().describe("cents, exact");
const pairLeg = z.object({ venue: z.string(), side: z.enum(["yes", "no"]), quantity: z.string(), avgPriceCents: figure, costCents: cents, feesCents: cents, fills: z.number().int() }).loose();
export const pairAnswer = z
  .object({
    pairId: z.string(), arbType: z.string(), status: pairStatus, openedAt: figure, legs: z.array(pairLeg), costCents: cents, feesCents: cents, yesQuantity: z.string(), noQuantity: z.string(), hedgedQuantity: z.string(), unhedgedSide: z.enum(["yes", "no"]).nullable(), unhedgedQuantity: z.string(), isFullyHedged: z.boolean(),
    guaranteedProfitCents: cents, maxProfitCents: cents, maxLossCents: cents, lockedProfitOnHedgedCents: cents, exposedCostCents: cents, outcomes: z.object({ yes: cents, no: cents, kalshiYesPolyNo: figure, kalshiNoPolyYes: figure, fiftyFifty: cents, refund: cents }), worstWithDivergenceCents: cents, realizedPnlCents: figure, unrealizedPnlCents: figure, annualizedReturn: z.number().nullable(),
  })
  .loose();
export const pairsAnswer = z.object({ asOf: z.string(), seq: z.number().int(), pairs: z.array(pairAnswer), next: z.string().nullable() });
export const pairsSummaryAnswer = z.object({ totalPositions: z.number().int(), openPositions: z.number().int(), closedPositions: z.number().int(), guaranteedProfitCents: cents, realizedPnlCents: cents, unrealizedPnlCents: figure, unhedgedPositions: z.number().int(), feesCents: cents, capitalLockedCents: cents, seq: z.number().int() }).loose();

/** A time of a query. @throws Problem */
export function timeOf(parameter: string, text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  const read = readTime(text);
  if ("problem" in read) throw new Problem(400, "bad_request", `${parameter}: ${read.why}`);
  return read.ns;
}

export const BAD_CURSOR = "cursor: is not what a page before gave as `next`: leave it out to begin with the first page";

/** A cursor that counts. @throws Problem */
export function placeOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const place = Number(cursor);
  if (!/^\d{1,15}$/.test(cursor)) throw new Problem(400, "bad_request", BAD_CURSOR);
  return place;
}
