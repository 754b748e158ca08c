import type { ReactNode } from "react";
import type { LiquidityView } from "../../../src/core/market/index.ts";
import { Estimate, Figure } from "../../figures/index.ts";
import { setParams } from "../../nav/index.ts";
import { DataTable, Panel, type Column } from "../../parts/index.ts";

type Market = Pick<LiquidityView, "symbol" | "best" | "spread" | "spreadBasisPoints" | "imbalance"> & { readonly usable: number; readonly venues: number };
/** `GET /v1/liquidity`. */
export interface MarketsAnswer {
  readonly total: number;
  readonly markets: readonly Market[];
}

const MOST_ROWS = 6;
const NO_SIDE = "no usable ladder has that side";
const COLUMNS: readonly Column<Market>[] = [
  { key: "symbol", title: "Market", isText: true, narrow: true, cell: ({ symbol }) => symbol },
  { key: "bidVenue", title: "Bids most", isText: true, cell: ({ best }) => best.bid?.venues.join(", ") ?? "–" },
  { key: "bid", title: "Best bid", narrow: true, cell: ({ best }) => <Figure exact={best.bid?.price ?? null} most={8} why={NO_SIDE} flashes /> },
  { key: "ask", title: "Best ask", narrow: true, cell: ({ best }) => <Figure exact={best.ask?.price ?? null} most={8} why={NO_SIDE} flashes /> },
  { key: "askVenue", title: "Asks least", isText: true, cell: ({ best }) => best.ask?.venues.join(", ") ?? "–" },
  { key: "spread", title: "Spread bp", says: "Below 0 one venue bids more than another asks", compare: (a, b) => (a.spreadBasisPoints ?? 0) - (b.spreadBasisPoints ?? 0), cell: ({ spreadBasisPoints }) => <Estimate value={spreadBasisPoints} decimals={1} why={NO_SIDE} /> },
  { key: "venues", title: "Venues", says: "Usable ones of all", cell: ({ usable, venues }) => <span className={usable < venues ? "warn" : undefined}>{usable} of {venues}</span> },
];

/** Every market that there are ladders of; a click shows one. */
export function Markets({ of: { markets, total } }: { readonly of: MarketsAnswer }): ReactNode {
  return (
    <Panel title="Liquidity" aside={total > markets.length ? `${markets.length} of ${total} markets` : total === 1 ? "1 market" : `${total} markets`} className="markets">
      <DataTable caption="Markets by name" columns={COLUMNS} rows={markets} keyOf={({ symbol }) => symbol} height={(Math.min(MOST_ROWS, markets.length) + 1) * 28} onOpen={({ symbol }) => setParams({ market: symbol })} />
    </Panel>
  );
}
