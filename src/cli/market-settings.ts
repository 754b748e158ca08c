import { SymbolMap, TakerFees, TransferCosts } from "../core/market/index.ts";
import type { MarketSettings } from "../runtime/index.ts";
import type { Settings } from "./config/spec.ts";
import { UsageError } from "./usage-error.ts";

/** Which symbols are one market, what venues charge, and what counts as an opportunity: as it is configured. @throws UsageError for rules that contradict themselves */
export function marketSettings({ markets: { rules, maxAge, minBasisPoints, minNetProfit, transferCosts, marks }, venues }: Pick<Settings, "markets" | "venues">): MarketSettings {
  const fees = [...venues].flatMap(([venue, { takerFees = [] }]) => takerFees.map((fee) => ({ venue, ...fee })));
  const tiers = new Map([...venues].flatMap(([venue, { feeTier }]) => (feeTier === undefined ? [] : [[venue, feeTier] as const])));
  return { rules: symbolMap(rules), fees: new TakerFees(fees, tiers), maxAgeUs: Number(maxAge.ns / 1_000n), minBasisPoints, minNetProfit, transferCosts: new TransferCosts(transferCosts), marks };
}

function symbolMap(rules: Settings["markets"]["rules"]): SymbolMap {
  try {
    return new SymbolMap([...rules].map(([version, { from = Number.NEGATIVE_INFINITY, symbols = [], conversions = [] }]) => ({ version, fromUs: from, symbols, conversions })));
  } catch (error) {
    throw new UsageError(`markets.rules: ${(error as Error).message}`);
  }
}
