import type { LadderMessage } from "../../core/market/index.ts";
import { replayOpportunities, type BasisView, type OpportunityView, type TriangleView } from "../../core/opportunity/index.ts";
import type { EndedOpportunity } from "../../runtime/index.ts";
import { readBooks, type RefusedRow } from "../../venues/csv/index.ts";
import { readConfiguration } from "../config/read.ts";
import { contextOf, type CommonOptions, type Context } from "../context.ts";
import { marketSettings } from "../market-settings.ts";
import { askRunning } from "../service-door.ts";
import { note, shownAmount, shownName, table, type Column } from "../table.ts";
import { UsageError } from "../usage-error.ts";

export interface OpportunitiesOptions extends CommonOptions {
  readonly replay?: string;
  readonly symbol?: string;
  readonly kind?: string;
}

const KINDS = ["cross", "basis", "triangle"];

/** Refused rows that are told one by one. */
const MOST_TOLD = 10;

/** `fillbook opportunities`: what the running service sees now, or what a record of ladders held. */
export async function opportunities(options: OpportunitiesOptions): Promise<number> {
  const context = await contextOf(options);
  if (options.kind !== undefined && !KINDS.includes(options.kind)) throw new UsageError(`--kind: "${options.kind}" is none of ${KINDS.join(", ")}`);
  if (options.kind === "triangle" && options.replay !== undefined) throw new UsageError("--kind: rounds within a venue are not looked for in a record: leave --replay out");
  return options.replay === undefined ? now(context, options) : replay(context, options.replay, options);
}

interface Answer {
  readonly opportunities: readonly OpportunityView[];
  readonly triangles?: readonly TriangleView[];
  readonly basis?: readonly BasisView[];
}

async function now(context: Context, { symbol, kind }: OpportunitiesOptions): Promise<number> {
  const query = new URLSearchParams({ ...(symbol === undefined ? {} : { symbol }), ...(kind === undefined ? {} : { kind }) }).toString();
  const answer = (await askRunning(context.dataDir, `/v1/opportunities${query === "" ? "" : `?${query}`}`, "opportunities are there")) as Answer;
  context.print(context.json ? JSON.stringify(answer, null, 2) : shown(answer, kind));
  return 0;
}

function shown({ opportunities: found, triangles = [], basis = [] }: Answer, kind: string | undefined): string {
  const parts: string[] = [];
  if (found.length > 0) parts.push(table([...columns<OpportunityView>(({ lifeMs }) => lifeMs), { title: "held", of: ({ usesInventory, inventoryQuantity }) => (usesInventory ? shownAmount(inventoryQuantity, 8) : ""), right: true }], found));
  if (triangles.length > 0) parts.push(table([
    { title: "round", of: ({ symbol }) => shownName(symbol, 20) }, { title: "venue", of: ({ buyVenue }) => shownName(buyVenue, 10) }, { title: "quantity", of: ({ quantity }) => shownAmount(quantity, 9), right: true },
    { title: "net", of: ({ netProfit }) => shownAmount(netProfit, 9), right: true, signed: true }, { title: "bp", of: ({ basisPoints }) => basisPoints.toFixed(2), right: true }, { title: "best", of: ({ bestNetProfit }) => shownAmount(bestNetProfit, 9), right: true }, { title: "lived", of: ({ lifeMs }) => `${(lifeMs / 1_000).toFixed(1)} s`, right: true },
  ], triangles));
  if (basis.length > 0) parts.push(table([
    { title: "spot", of: ({ spotVenue }) => shownName(spotVenue, 9) }, { title: "contract", of: ({ contractVenue, contractSymbol }) => shownName(`${contractVenue} ${contractSymbol}`, 18) }, { title: "basis", of: (one) => shownAmount(one.basis, 9), right: true, signed: true }, { title: "bp", of: ({ basisPoints }) => basisPoints?.toFixed(2) ?? "—", right: true },
    { title: "premium", of: ({ premiumEdge }) => shownAmount(premiumEdge, 8), right: true, signed: true }, { title: "discount", of: ({ discountEdge }) => shownAmount(discountEdge, 8), right: true, signed: true }, { title: "a year", of: ({ annualized }) => percent(annualized), right: true }, { title: "a day", of: ({ fundingPerDay }) => percent(fundingPerDay), right: true },
  ], basis), note("premium: a unit of spot bought and of the contract sold now, after fees; discount: the other way; a year: basis of a future; a day: funding of a perpetual, paid to the short"));
  if (parts.length > 0) return parts.join("\n\n");
  return kind === "triangle" ? "No round within a venue earns anything now, after three fees." : "No opportunity now: after fees nothing is cheaper on one venue than on another, or no two usable ladders are of one market (fillbook liquidity SYMBOL says).";
}

const percent = (share: number | null) => (share === null ? "–" : `${(100 * share).toFixed(2)} %`);

/** Messages of one time are one moment. Rows that say none are refused; what they were missing in shows as a gap. Ends with 1 if there were some. */
async function replay(context: Context, path: string, options: OpportunitiesOptions): Promise<number> {
  const { rules, fees, maxAgeUs, minBasisPoints, minNetProfit, transferCosts } = marketSettings(await readConfiguration(options.config));
  const messages: LadderMessage[] = [];
  const refused: RefusedRow[] = [];
  const { warnings } = await readBooks(path, { message: (message) => void messages.push(message), refused: (row, unread) => {
    refused.push(row);
    if (unread !== undefined) messages.push(unread);
  } });
  for (const warning of warnings) context.note(warning);
  for (const { line, column, reason } of refused.slice(0, MOST_TOLD)) context.note(`${path}:${line}: ${column === undefined ? "" : `${column}: `}${reason}`);
  if (refused.length > MOST_TOLD) context.note(`${path}: ${refused.length - MOST_TOLD} more rows are refused`);
  const found = replayOpportunities(messages, { rules, fees, maxAgeUs, minBasisPoints, ...(minNetProfit.mantissa === 0n ? {} : { minNetProfit }), ...(transferCosts.isEmpty ? {} : { transferCost: (buy, sell) => transferCosts.of(buy.mapped?.base ?? "", buy.ladder.venue, sell.ladder.venue) }) });
  const all = found.opportunities.map(({ usesInventory: _uses, inventoryQuantity: _held, ...one }): EndedOpportunity => one).filter(({ symbol }) => options.symbol === undefined || symbol === options.symbol).filter(({ kind }) => options.kind === undefined || kind === options.kind);
  if (context.json) context.print(JSON.stringify({ messages: found.messages, moments: found.moments, answers: found.answers, refused: refused.length, opportunities: all }, null, 2));
  else {
    if (all.length > 0) context.print(table([{ title: "first seen", of: ({ firstSeen }) => firstSeen.replace("T", " ").replace("Z", "") }, ...columns<EndedOpportunity>(({ lifeMs }) => lifeMs)], all));
    context.print(note(`${all.length.toLocaleString("en-US")} opportunities in ${found.messages.toLocaleString("en-US")} messages of ${found.moments.toLocaleString("en-US")} moments${lost(found.answers)}; amounts are of the moment when each was seen last, best is its greatest net profit`));
  }
  return refused.length > 0 ? 1 : 0;
}

function lost({ gap, waiting, mismatch, old, refused }: Readonly<Record<"gap" | "waiting" | "mismatch" | "old" | "refused", number>>): string {
  const told = [[gap, "gaps"], [waiting, "waited for a snapshot"], [mismatch, "checksums did not fit"], [old, "were old"], [refused, "could not be kept"]] as const;
  return told.filter(([count]) => count > 0).map(([count, what]) => `, ${count.toLocaleString("en-US")} ${what}`).join("");
}

const columns = <T extends EndedOpportunity>(life: (one: T) => number): Column<T>[] => [
  { title: "market", of: ({ symbol, kind }) => shownName(kind === "basis" ? `${symbol} basis` : symbol, 14) },
  { title: "buy", of: ({ buyVenue }) => shownName(buyVenue, 10) }, { title: "sell", of: ({ sellVenue }) => shownName(sellVenue, 10) },
  { title: "quantity", of: ({ quantity }) => shownAmount(quantity, 9), right: true },
  { title: "net", of: ({ netProfit }) => shownAmount(netProfit, 9), right: true, signed: true }, { title: "bp", of: ({ basisPoints }) => basisPoints.toFixed(2), right: true },
  { title: "best", of: ({ bestNetProfit }) => shownAmount(bestNetProfit, 9), right: true }, { title: "lived", of: (one) => `${(life(one) / 1_000).toFixed(1)} s`, right: true },
];
