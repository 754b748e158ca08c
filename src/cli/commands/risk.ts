import { RISK_GROUPS, riskView, type Check, type PositionRisk, type RiskView } from "../../core/risk/index.ts";
import { deskOfFolder, type RiskCommandOptions } from "../risk-desk.ts";
import { card, dim, heading, note, shownAmount, shownName, table, type Column } from "../table.ts";
import { UsageError } from "../usage-error.ts";

export interface RiskOptionsOfCommand extends RiskCommandOptions {
  readonly by: string;
}

/** `fillbook risk`: what could be lost, and how near each limit is. Ends with 0 whatever it finds: `fillbook check` is the one that says no. */
export async function risk(options: RiskOptionsOfCommand): Promise<number> {
  const by = RISK_GROUPS.find((key) => key === options.by);
  if (by === undefined) throw new UsageError(`--by: "${options.by}" is not one of ${RISK_GROUPS.join(", ")}`);
  const { context, desk, state, moment, strategies, seq } = await deskOfFolder(options);
  const view = riskView(desk, state, moment, { seq, currency: context.config.currency, by, strategies, tellsWhy: true });
  context.print(context.json ? JSON.stringify(view, null, 2) : shownRisk(view, by));
  return 0;
}

const METHOD_NAMES: Readonly<Record<string, string>> = { parametric: "parametric (normal)", historical_simulation: "historical simulation", filtered_historical: "filtered historical simulation", monte_carlo: "Monte Carlo", cornish_fisher: "Cornish–Fisher" };

function shownRisk(view: RiskView, by: string): string {
  const { portfolio, positions, breaker } = view;
  if (positions.length === 0 && portfolio.pairCapitalByMarket.length === 0) return "Nothing is held. Import fills with: fillbook import FILE";
  const lines = [heading(`Risk in ${view.currency}, ${METHOD_NAMES[view.method] ?? view.method}, ${100 * view.confidence} % over ${view.horizonDays} ${view.horizonDays === 1 ? "day" : "days"}, from ${view.observations} joint returns`), ...spanOf(view), ""];
  const columns: Column<PositionRisk>[] = [
    { title: "account", of: ({ account }) => shownName(account, 12) }, { title: "symbol", of: ({ symbol }) => shownName(symbol, 14) },
    { title: "exposure", of: ({ exposure }) => shownAmount(exposure, 12), right: true, signed: true }, { title: "VaR", of: (one) => figure(one.var), right: true }, { title: "component", of: ({ componentVar }) => figure(componentVar), right: true },
    { title: "size", of: ({ checks }) => used(checks.positionSize), right: true }, { title: "var", of: ({ checks }) => used(checks.var), right: true }, { title: "share", of: ({ checks }) => used(checks.concentration), right: true },
  ];
  lines.push(table(columns, positions), note("size, var, share: part of their limit; ! is a breach, – is not known or has no limit"), "");
  const { checks } = portfolio;
  lines.push(heading("Portfolio"), card([
    ["VaR", `${figure(portfolio.var)}  ${told(checks.portfolioVar)}`], ["expected shortfall", figure(portfolio.expectedShortfall)],
    ["gross, net exposure", `${shownAmount(portfolio.grossExposure, 16)}, ${shownAmount(portfolio.netExposure, 16)}  ${told(checks.grossExposure)}`],
    ["equity, leverage", `${shownAmount(portfolio.equity, 16)}, ${portfolio.leverage === null ? "–" : portfolio.leverage.toFixed(2)}  ${told(checks.leverage)}`],
    ["P&L, of today", `${shownAmount(portfolio.pnl, 16)}, ${shownAmount(portfolio.dayPnl, 16)}  ${told(checks.dailyLoss)}`],
    ["deepest drawdown", `${shownAmount(portfolio.maxDrawdown, 16)}${portfolio.maxDrawdownPct === null ? "" : `, ${portfolio.maxDrawdownPct.toFixed(2)} %`}${portfolio.drawdownDuration === null ? "" : `, longest ${portfolio.drawdownDuration.toFixed(0)} days`}  ${told(checks.maxDrawdown)}`],
    ["correlation risk", `${portfolio.correlationRisk === null ? "–" : portfolio.correlationRisk.toFixed(3)}  ${told(checks.correlationRisk)}`],
    ["concentration", `${portfolio.concentration === null ? "–" : `${(100 * portfolio.concentration).toFixed(1)} %`} in ${portfolio.concentrationBy.position.of ?? "–"}, HHI ${portfolio.concentrationBy.position.hhi?.toFixed(3) ?? "–"}`],
    ...pairLines(portfolio),
    ["breaker", `${breaker.state}${breaker.reason === null ? "" : `: ${breaker.reason}`}${breaker.since === null ? "" : ` (since ${breaker.since})`}`],
  ]));
  lines.push("", heading(`By ${by}`), table([
    { title: by, of: ({ key }) => (key === "" ? "untagged" : shownName(key)) }, { title: "exposure", of: ({ exposure }) => shownAmount(exposure, 14), right: true, signed: true }, { title: "VaR alone", of: (one) => figure(one.var), right: true }, { title: "shortfall", of: ({ expectedShortfall }) => figure(expectedShortfall), right: true }, { title: "component", of: ({ componentVar }) => figure(componentVar), right: true },
  ], view.groups));
  if (portfolio.scenarioDay !== null) lines.push(note(`the VaR is the loss of ${portfolio.scenarioDay}; components add up to it`));
  if (portfolio.repaired) lines.push(note("correlations did not fit together and were repaired"));
  for (const { symbol, reason, count } of view.missing) lines.push(note(`${symbol}: ${MISSING[reason] ?? reason}${count > 0 ? ` (${count} returns)` : ""}`));
  if (portfolio.reason !== null) lines.push(`VaR of the portfolio is not known: ${portfolio.reason}. Closes: fillbook prices FILE; marks: fillbook marks FILE`);
  if (checks.maxDrawdown.reason === "no_capital") lines.push(note("without capital nothing is told as a part of equity: fillbook events FILE, a deposit of cash"));
  return lines.join("\n");
}

/** What pairs stand to lose, where there are any. */
function pairLines({ pairCapitalByMarket: [most], checks }: RiskView["portfolio"]): [string, string][] {
  if (most === undefined) return [];
  const sum = ({ value }: Check) => shownAmount(value as string | null, 16);
  return [
    ["pairs: not hedged", `${sum(checks.unhedgedExposure)}  ${told(checks.unhedgedExposure)}`],
    ["if venues disagree", `${sum(checks.divergenceLoss)}  ${told(checks.divergenceLoss)}`],
    ["most in one market", `${shownAmount(most.capital, 16)} in ${shownName(`${most.venue}/${most.market}`, 24)}  ${told(checks.pairCapital)}`],
  ];
}

const MISSING: Readonly<Record<string, string>> = { no_prices: "no closes: its risk is not known", too_few: "too few closes: its risk is not known", stale: "its closes are old", ended: "its closes end before those of others: the returns of all end there", listed_late: "listed late: days before are left out for all", gaps: "closes are missing: those days are left out for all" };

const DAY_MS = 86_400_000;
const OLD_DAYS = 7;

/** Which days the returns are of, and whether that is long ago. */
function spanOf({ window, asOf }: RiskView): string[] {
  if (window === null) return [];
  const age = Math.floor((Date.parse(asOf) - Date.parse(window.to)) / DAY_MS);
  return [note(`days from ${window.from} to ${window.to}${age > OLD_DAYS ? `: the newest is ${age} days old. Give newer closes: fillbook prices FILE` : ""}`)];
}

function figure(value: number | null): string {
  return value === null ? "–" : shownAmount(value.toFixed(2), 14);
}

function used({ utilization, breach }: Check): string {
  return utilization === null ? "–" : `${(100 * utilization).toFixed(0)} %${breach === true ? "!" : ""}`;
}

function told({ limit, breach, utilization, warning, reason }: Check): string {
  if (limit === null) return dim("no limit");
  if (breach === null) return dim(`limit ${limit}: not known${reason === undefined ? "" : ` (${reason})`}`);
  const part = utilization === null ? "" : `, ${(100 * utilization).toFixed(0)} % of it`;
  return breach ? `BREACHED: limit ${limit}${part}` : dim(`limit ${limit}${part}${warning ? ", near" : ""}`);
}
