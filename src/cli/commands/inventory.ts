import type { InventoryView } from "../../core/opportunity/index.ts";
import { contextOf, type CommonOptions } from "../context.ts";
import { askRunning } from "../service-door.ts";
import { note, shownAmount, shownName, table } from "../table.ts";

export interface InventoryCommandOptions extends CommonOptions {
  readonly account?: string;
}

/** `fillbook inventory`: how the goods of a market lie on its venues, as the running service sees it, and what spreading them evenly costs. */
export async function inventory(symbol: string, options: InventoryCommandOptions): Promise<number> {
  const context = await contextOf(options);
  const account = options.account === undefined ? "" : `?account=${encodeURIComponent(options.account)}`;
  const answer = (await askRunning(context.dataDir, `/v1/inventory/${encodeURIComponent(symbol)}${account}`, "ladders are held")) as InventoryView;
  context.print(context.json ? JSON.stringify(answer, null, 2) : shown(answer));
  return 0;
}

function shown({ symbol, currency, total, venues, moves, transferCost, tradeCost, cheaper, fundingSpread }: InventoryView): string {
  const cost = (amount: string | null) => (amount === null ? "not known" : `${shownAmount(amount, 14)} ${currency ?? ""}`);
  return [
    `${symbol}: ${shownAmount(total, 16)} over ${venues.length} ${venues.length === 1 ? "venue" : "venues"}`,
    table([
      { title: "venue", of: ({ venue }) => shownName(venue, 16) }, { title: "its symbol", of: (one) => shownName(one.symbol, 16) }, { title: "held", of: ({ held }) => shownAmount(held, 14), right: true },
      { title: "evenly", of: ({ target }) => shownAmount(target, 14), right: true }, { title: "too much", of: ({ imbalance }) => shownAmount(imbalance, 14), right: true, signed: true },
    ], venues),
    ...moves.map(({ from, to, quantity }) => `move ${shownAmount(quantity, 14)} from ${from} to ${to}`),
    ...(moves.length === 0 ? [] : [`by transfer: ${cost(transferCost)}; by trade: ${cost(tradeCost)}${cheaper === null ? "" : `; cheaper: ${cheaper}`}`]),
    ...(fundingSpread === null ? [] : [`funding: long on ${fundingSpread.longVenue}, short on ${fundingSpread.shortVenue} gains ${(100 * fundingSpread.perDay).toFixed(4)} % a day`]),
    ...(moves.length > 0 && transferCost === null ? [note("costs of transfers: markets.transfer_costs in fillbook.yaml")] : []),
  ].join("\n");
}
