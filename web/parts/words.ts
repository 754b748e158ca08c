import { estimateText, shownText } from "../figures/text.ts";

const LIMITS: Readonly<Record<string, string>> = {
  max_position_value: "Position value", max_var: "Position VaR", max_portfolio_var: "Portfolio VaR", max_drawdown_limit: "Drawdown", concentration_limit: "Concentration", max_correlation_risk: "Correlation",
  max_daily_loss: "Daily loss", max_order_value: "Order value", max_order_rate: "Orders a minute", max_leverage: "Leverage", max_gross_exposure: "Gross exposure", refusal_burst: "Refusals at once", stale_marks: "Marks too old",
};

/**
 * What people call a limit.
 * @example limitWords("max_portfolio_var") // => "Portfolio VaR"
 */
export function limitWords(name: string): string {
  return LIMITS[name] ?? name.replaceAll("_", " ");
}

/**
 * What a scope is of, in words.
 * @example scopeWords("position:main/BTC/USD") // => "BTC/USD, main"
 * @example scopeWords("portfolio") // => "whole book"
 * @example scopeWords("venue:kraken") // => "venue kraken"
 */
export function scopeWords(scope: string): string {
  if (scope === "portfolio") return "whole book";
  const kind = scope.slice(0, scope.indexOf(":"));
  const of = scope.slice(kind.length + 1);
  if (kind !== "position") return `${kind} ${of}`;
  const slash = of.indexOf("/");
  return slash < 0 ? of : `${of.slice(slash + 1)}, ${of.slice(0, slash)}`;
}

/** Whether a limit bounds a fraction, shown in percent; others bound money, a count, or how many times the equity. */
function isShare(name: string): boolean {
  return name === "max_drawdown_limit" || name === "concentration_limit" || name === "max_correlation_risk";
}

/**
 * Why the breaker stands as it does: what the service itself said of a limit in words, anything else as somebody wrote it.
 * @example breakerWords("max_portfolio_var of portfolio: 11002.020291018198 is more than 11000") // => "Portfolio VaR of whole book: 11,002.02 is more than 11,000"
 * @example breakerWords("fat finger") // => "fat finger"
 */
export function breakerWords(reason: string): string {
  const [, limit, scope, value, threshold] = /^(\w+) of (\w+(?::.*)?): (-?[\d.]+) is more than (-?[\d.]+)$/.exec(reason) ?? [];
  if (limit === undefined || scope === undefined || value === undefined || threshold === undefined) return reason;
  const decimals = isShare(limit) ? 4 : 2;
  return `${limitWords(limit)} of ${scopeWords(scope)}: ${shownText(value, decimals)} is more than ${shownText(threshold, decimals)}`;
}

/**
 * What stands to a limit, or the limit itself: exact where it is an amount; of estimates those that are fractions are shown as percent.
 * @example [limitValueText("130000.5", "max_position_value"), limitValueText(0.082, "max_drawdown_limit"), limitValueText(5.4, "max_leverage")] // => ["130,000", "8 %", "5.40"]
 */
export function limitValueText(value: string | number | null, name: string): string {
  if (value === null) return "none";
  if (typeof value === "string") return shownText(value, 0);
  return isShare(name) ? estimateText(value, 0, "%") : estimateText(value, Math.abs(value) < 100 ? 2 : 0);
}

/**
 * How much of a limit is used: never said to be all of it while it is less.
 * @example [usedText(0.9997), usedText(1.0002), usedText(-0.2)] // => ["99 %", "100 %", "0 %"]
 */
export function usedText(utilization: number): string {
  return estimateText(Math.max(0, utilization < 1 ? Math.floor(utilization * 100) / 100 : utilization), 0, "%");
}

const METHODS: Readonly<Record<string, string>> = { parametric: "Parametric", historical_simulation: "Historical", filtered_historical: "Filtered historical", monte_carlo: "Monte Carlo", cornish_fisher: "Cornish–Fisher", ewma: "EWMA normal" };

/**
 * What people call a way to estimate a loss.
 * @example methodWords("filtered_historical") // => "Filtered historical"
 */
export function methodWords(method: string): string {
  return METHODS[method] ?? method.replaceAll("_", " ");
}

const REASONS: Readonly<Record<string, string>> = {
  too_few: "there are too few of them yet", no_prices: "there are no daily closes: give them with fillbook prices", no_mark: "there is no mark that counts", no_mark_before_today: "no mark values the book on any day before today", no_capital: "no capital was told: post a deposit to /v1/events", no_benchmark: "no benchmark is chosen",
  zero_variance: "they never vary", no_losses: "there were no losses", not_applicable: "it does not apply here", missing: "the fills, or marks, do not tell it", outside_domain: "the expansion does not hold for returns so skewed", nothing_held: "nothing is held",
  stale: "its closes end too long ago", ended: "its closes end too early", listed_late: "its closes begin too late", gaps: "its closes have gaps", no_equity: "there is no equity above 0", no_venue_stats: "the venue's latency is not known", no_deviation: "the price's deviation is not known",
};

/**
 * Why something is not known, in words; what stands behind a colon is what it is of.
 * @example reasonWords("no_mark: BTC/USD") // => "there is no mark that counts (BTC/USD)"
 * @example reasonWords("no_mark: BTC/USD; no_mark: ETH/USD") // => "there is no mark that counts (BTC/USD, ETH/USD)"
 * @example reasonWords("zero_variance") // => "they never vary"
 */
export function reasonWords(reason: string | null | undefined): string | undefined {
  if (reason === null || reason === undefined) return undefined;
  const [code = "", ...of] = reason.split(": ");
  const words = REASONS[code];
  return words === undefined ? reason : `${words}${of.length === 0 ? "" : ` (${of.join(": ").replaceAll(`; ${code}: `, ", ").slice(0, 120)})`}`;
}

const LADDERS: Readonly<Record<string, string>> = { stale: "silent for too long", gap: "lost something", no_snapshot: "waits for a snapshot", crossed: "its bid is above its ask", checksum: "its checksum does not fit", ahead: "is ahead of the clock", other_kind: "is another kind of contract" };

/**
 * Why a ladder does not count, in words.
 * @example ladderWords("no_snapshot") // => "waits for a snapshot"
 */
export function ladderWords(reason: string | null): string {
  return LADDERS[reason ?? ""] ?? reason ?? "";
}

const SCENARIOS: Readonly<Record<string, string>> = {
  all_down_10: "All prices down 10 %", all_up_10: "All prices up 10 %", all_down_30: "All prices down 30 %", correlation_one: "All at once against you, 3 deviations",
  lehman_2008: "Autumn 2008", march_2020: "March 2020", crypto_may_2021: "Crypto, May 2021", ftx_2022: "FTX, November 2022",
};

/**
 * What a scenario is, in words.
 * @example scenarioWords("venue_gone:kraken") // => "kraken gone with what it keeps"
 */
export function scenarioWords(name: string): string {
  return SCENARIOS[name] ?? (name.startsWith("venue_gone:") ? `${name.slice(11)} gone with what it keeps` : name.replaceAll("_", " "));
}
