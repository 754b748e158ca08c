import { isProblem, readDecimal } from "../../core/num/index.ts";
import type { LiquidityView, Sweep } from "../../core/market/index.ts";
import type { Sweeps } from "../../runtime/index.ts";
import { contextOf, countOption, type CommonOptions } from "../context.ts";
import { askRunning } from "../service-door.ts";
import { note, shownAge, shownAmount, shownName, table } from "../table.ts";
import { UsageError } from "../usage-error.ts";

export interface LiquidityCommandOptions extends CommonOptions {
  readonly levels?: string;
  readonly quantity?: string;
}

type Answer = LiquidityView & { readonly asOf: string; readonly sweeps?: Sweeps };

/** `fillbook liquidity`: a market over all its venues, as the running service sees it. */
export async function liquidity(symbol: string, options: LiquidityCommandOptions): Promise<number> {
  const context = await contextOf(options);
  const levels = countOption("levels", options.levels, 0) ?? 10;
  if (options.quantity !== undefined && isProblem(readDecimal(options.quantity))) throw new UsageError(`--quantity: "${options.quantity}" is not a plain number: write a size like 2.5`);
  const size = options.quantity === undefined ? "" : `&quantity=${encodeURIComponent(options.quantity)}`;
  const answer = (await askRunning(context.dataDir, `/v1/liquidity/${encodeURIComponent(symbol)}?levels=${levels}${size}`, "ladders are held")) as Answer;
  context.print(context.json ? JSON.stringify(answer, null, 2) : shown(answer));
  return 0;
}

const percent = (share: number | null) => (share === null ? "–" : `${(share * 100).toFixed(1)} %`);

function shown({ symbol, bids, asks, best, spread, spreadBasisPoints, depth, venues, sweeps }: Answer): string {
  const rows = Array.from({ length: Math.max(bids.length, asks.length) }, (_, rank) => ({ bid: bids[rank], ask: asks[rank] }));
  const lines = [
    `${symbol}: best bid ${best.bid?.price ?? "–"}, best ask ${best.ask?.price ?? "–"}, spread ${spread ?? "–"}${spreadBasisPoints === null ? "" : ` (${spreadBasisPoints.toFixed(2)} bp)`}`,
    table([
      { title: "venue", of: ({ bid }) => shownName(bid?.venue ?? "", 14) }, { title: "quantity", of: ({ bid }) => (bid === undefined ? "" : shownAmount(bid.quantity)), right: true }, { title: "bid", of: ({ bid }) => (bid === undefined ? "" : shownAmount(bid.price)), right: true },
      { title: "ask", of: ({ ask }) => (ask === undefined ? "" : shownAmount(ask.price)), right: true }, { title: "quantity", of: ({ ask }) => (ask === undefined ? "" : shownAmount(ask.quantity)), right: true }, { title: "venue", of: ({ ask }) => shownName(ask?.venue ?? "", 14) },
    ], rows),
    "",
    table([{ title: "within", of: ({ basisPoints }) => `${basisPoints} bp`, right: true }, { title: "bid", of: ({ bid }) => shownAmount(bid), right: true }, { title: "ask", of: ({ ask }) => shownAmount(ask), right: true }], depth),
    "",
    table([
      { title: "venue", of: ({ venue }) => shownName(venue, 16) }, { title: "its symbol", of: ({ symbol: own }) => shownName(own, 16) }, { title: "share", of: ({ share }) => percent(share), right: true },
      { title: "said", of: ({ ageMs }) => shownAge(ageMs === null ? null : ageMs / 1_000), right: true }, { title: "", of: ({ reason }) => (reason === null ? "" : `not used: ${reason}`) },
    ], venues),
  ];
  if (sweeps !== undefined) lines.push("", table<Sweep>([
    { title: "all venues", of: ({ side, isComplete }) => `${side}${isComplete ? "" : " (not all is there)"}` }, { title: "quantity", of: ({ quantity }) => shownAmount(quantity), right: true }, { title: "average", of: ({ averagePrice }) => shownAmount(averagePrice), right: true },
    { title: "with fees", of: ({ averagePriceWithFees }) => shownAmount(averagePriceWithFees), right: true }, { title: "worst", of: ({ worstPrice }) => shownAmount(worstPrice), right: true }, { title: "amount", of: ({ amount }) => shownAmount(amount, 14), right: true }, { title: "fees", of: ({ fees }) => shownAmount(fees), right: true },
  ], [sweeps.buyByNet, sweeps.sellByNet]), note("taken by what a level costs after fees; a venue whose fee is unknown is left out"));
  return lines.join("\n");
}
