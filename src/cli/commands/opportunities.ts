import type { LadderMessage } from "../../core/market/index.ts";
import { replayOpportunities, type OpportunityView } from "../../core/opportunity/index.ts";
import type { EndedOpportunity } from "../../runtime/index.ts";
import { readBooks, type RefusedRow } from "../../venues/csv/index.ts";
import { readConfiguration } from "../config/read.ts";
import { contextOf, type CommonOptions, type Context } from "../context.ts";
import { marketSettings } from "../market-settings.ts";
import { askRunning } from "../service-door.ts";
import { dim, shownAmount, shownName, table, type Column } from "../table.ts";

export interface OpportunitiesOptions extends CommonOptions {
  readonly replay?: string;
  readonly symbol?: string;
}

/** Refused rows that are told one by one. */
const MOST_TOLD = 10;

/** `fillbook opportunities`: what the running service sees now, or what a record of ladders held. */
export async function opportunities(options: OpportunitiesOptions): Promise<number> {
  const context = await contextOf(options);
  return options.replay === undefined ? now(context, options.symbol) : replay(context, options.replay, options);
}

async function now(context: Context, symbol: string | undefined): Promise<number> {
  const answer = (await askRunning(context.dataDir, `/v1/opportunities${symbol === undefined ? "" : `?symbol=${encodeURIComponent(symbol)}`}`, "opportunities are there")) as { readonly opportunities: readonly OpportunityView[] };
  if (context.json) context.print(JSON.stringify(answer, null, 2));
  else context.print(answer.opportunities.length === 0 ? "No opportunity now: after fees nothing is cheaper on one venue than on another, or no two usable ladders are of one market (fillbook liquidity SYMBOL says)." : table([...columns(({ lifeMs }) => lifeMs), { title: "held", of: ({ usesInventory, inventoryQuantity }) => (usesInventory ? shownAmount(inventoryQuantity, 8) : ""), right: true }], answer.opportunities));
  return 0;
}

/** Messages of one time are one moment. Rows that say none are refused; what they were missing in shows as a gap. Ends with 1 if there were some. */
async function replay(context: Context, path: string, options: OpportunitiesOptions): Promise<number> {
  const { rules, fees, maxAgeUs, minBasisPoints, minNetProfit } = marketSettings(await readConfiguration(options.config));
  const messages: LadderMessage[] = [];
  const refused: RefusedRow[] = [];
  const { warnings } = await readBooks(path, { message: (message) => void messages.push(message), refused: (row) => void refused.push(row) });
  for (const warning of warnings) context.note(warning);
  for (const { line, column, reason } of refused.slice(0, MOST_TOLD)) context.note(`${path}:${line}: ${column === undefined ? "" : `${column}: `}${reason}`);
  if (refused.length > MOST_TOLD) context.note(`${path}: ${refused.length - MOST_TOLD} more rows are refused`);
  const found = replayOpportunities(messages, { rules, fees, maxAgeUs, minBasisPoints, ...(minNetProfit.mantissa === 0n ? {} : { minNetProfit }) });
  const all = found.opportunities.map(({ usesInventory: _uses, inventoryQuantity: _held, ...one }): EndedOpportunity => one).filter(({ symbol }) => options.symbol === undefined || symbol === options.symbol);
  if (context.json) context.print(JSON.stringify({ messages: found.messages, moments: found.moments, answers: found.answers, refused: refused.length, opportunities: all }, null, 2));
  else {
    if (all.length > 0) context.print(table([{ title: "first seen", of: ({ firstSeen }) => firstSeen.replace("T", " ").replace("Z", "") }, ...columns<EndedOpportunity>(({ lifeMs }) => lifeMs)], all));
    context.print(dim(`${all.length.toLocaleString("en-US")} opportunities in ${found.messages.toLocaleString("en-US")} messages of ${found.moments.toLocaleString("en-US")} moments${lost(found.answers)}; amounts are of the moment when each was seen last, best is its greatest net profit`));
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
