import { useMemo, type ReactNode } from "react";
import type { OpportunityView, TriangleView } from "../../../src/core/opportunity/index.ts";
import { heldMs, useChannel, useNowMs, useResource } from "../../data/index.ts";
import { Age, compareExact, Estimate, estimateText, Figure } from "../../figures/index.ts";
import { setParams, usePlace } from "../../nav/index.ts";
import { DataTable, Known, Panel, type Column } from "../../parts/index.ts";

type EndedView = Omit<OpportunityView, "usesInventory" | "inventoryQuantity">;
interface Answer {
  readonly ended: readonly EndedView[];
}

const EVERY_MS = 3_000;
const MOST_ENDED = 200;
const PATH = `/v1/opportunities?ended=${MOST_ENDED}`;
const LIVE_ROWS = 8;
const ENDED_ROWS = 7;
const MS_A_MINUTE = 60_000;

/** How long something lives: with a tenth of a second where that matters. */
function lifeText(ms: number): string {
  return ms < MS_A_MINUTE ? `${estimateText(ms / 1_000, 1)} s` : `${estimateText(ms / MS_A_MINUTE, 0)} min`;
}

/** A time that goes on: the stream tells it when something else of the row changes. */
function Since({ of, ms, title }: { readonly of: object; readonly ms: number; readonly title?: string }): ReactNode {
  useNowMs();
  return <span title={title}>{lifeText(ms + heldMs(of))}</span>;
}

const keyOf = ({ symbol, buyVenue, buySymbol, sellVenue, sellSymbol, firstSeen }: EndedView) => `${symbol} ${buyVenue} ${buySymbol} ${sellVenue} ${sellSymbol} ${firstSeen}`;
const COMMON: readonly Column<EndedView>[] = [
  { key: "market", title: "Market", isText: true, narrow: true, cell: ({ symbol, kind }) => <>{symbol}{kind === "basis" && <span className="small"> basis</span>}</> },
  { key: "way", title: "Buy → sell", isText: true, narrow: true, cell: ({ buyVenue, sellVenue }) => `${buyVenue} → ${sellVenue}` },
];
const LIVE: readonly Column<OpportunityView>[] = [
  ...(COMMON as readonly Column<OpportunityView>[]),
  { key: "size", title: "Size", compare: (a, b) => compareExact(a.quantity, b.quantity), cell: ({ quantity }) => <Figure exact={quantity} most={8} /> },
  { key: "buy", title: "Buy at", says: "Mean price over the size, before fees", cell: ({ buyPrice }) => <Figure exact={buyPrice} pad={2} /> },
  { key: "sell", title: "Sell at", says: "Mean price over the size, before fees", cell: ({ sellPrice }) => <Figure exact={sellPrice} pad={2} /> },
  { key: "net", title: "Net profit", says: "After both takers' fees and transfer", narrow: true, compare: (a, b) => compareExact(a.netProfit, b.netProfit), cell: ({ netProfit, currency }) => <Figure exact={netProfit} unit={currency} signed flashes /> },
  { key: "bp", title: "bp", says: "Basis points of what the purchase costs", compare: (a, b) => a.basisPoints - b.basisPoints, cell: ({ basisPoints }) => <Estimate value={basisPoints} decimals={1} /> },
  { key: "life", title: "Lives", says: "Since it was first seen", compare: (a, b) => a.lifeMs - b.lifeMs, cell: (row) => <Since of={row} ms={row.lifeMs} title={`since ${row.firstSeen}`} /> },
  { key: "age", title: "Age", says: "Of the older of its two ladders", cell: (row) => <Since of={row} ms={row.ageMs} /> },
  { key: "held", title: "From holdings", says: "The part that closes without capital: it is held where it is sold", cell: ({ usesInventory, inventoryQuantity }) => (usesInventory ? <Figure exact={inventoryQuantity} most={6} /> : <span className="small">none</span>) },
];
const ROUNDS: readonly Column<TriangleView>[] = [
  { key: "round", title: "Round", isText: true, narrow: true, says: "Bought with the currency at one end, and turned back into it", cell: ({ symbol }) => symbol.replaceAll(">", " → ") },
  { key: "venue", title: "Venue", isText: true, cell: ({ buyVenue }) => buyVenue },
  { key: "size", title: "Size", says: "Of what is bought first", compare: (a, b) => compareExact(a.quantity, b.quantity), cell: ({ quantity }) => <Figure exact={quantity} most={8} /> },
  { key: "net", title: "Net profit", says: "After the fees of all three trades", narrow: true, compare: (a, b) => compareExact(a.netProfit, b.netProfit), cell: ({ netProfit, currency }) => <Figure exact={netProfit} unit={currency} signed flashes /> },
  { key: "bp", title: "bp", says: "Basis points of what is paid", compare: (a, b) => a.basisPoints - b.basisPoints, cell: ({ basisPoints }) => <Estimate value={basisPoints} decimals={1} /> },
  { key: "life", title: "Lives", says: "Since it was first seen", compare: (a, b) => a.lifeMs - b.lifeMs, cell: (row) => <Since of={row} ms={row.lifeMs} title={`since ${row.firstSeen}`} /> },
  { key: "age", title: "Age", says: "Of the oldest of its three ladders", cell: (row) => <Since of={row} ms={row.ageMs} /> },
];
const ENDED: readonly Column<EndedView>[] = [
  ...COMMON,
  { key: "best", title: "Best profit", narrow: true, compare: (a, b) => compareExact(a.bestNetProfit, b.bestNetProfit), cell: ({ bestNetProfit, currency }) => <Figure exact={bestNetProfit} unit={currency} signed /> },
  { key: "size", title: "Last size", cell: ({ quantity }) => <Figure exact={quantity} most={8} /> },
  { key: "life", title: "Lived", compare: (a, b) => a.lifeMs - b.lifeMs, cell: ({ lifeMs }) => lifeText(lifeMs) },
  { key: "ended", title: "Over since", compare: (a, b) => Date.parse(a.lastSeen) - Date.parse(b.lastSeen), cell: ({ lastSeen }) => <Age at={lastSeen} /> },
];

/** The market that stands in the address: others are left out. */
function useMarket(): string | null {
  return usePlace().params.get("market");
}

/** What lives now, the greatest net profit first. */
export function Live(): ReactNode {
  const told = useChannel<OpportunityView | TriangleView>("opportunities");
  const market = useMarket();
  const live = useMemo(() => told.data?.filter((one): one is OpportunityView => one.kind !== "triangular" && (market === null || one.symbol === market)).sort((a, b) => compareExact(b.netProfit, a.netProfit)), [told.data, market]);
  const of = { ...told, data: live };
  return (
    <Panel title="Live now" aside={<>{market !== null && <button type="button" onClick={() => setParams({ market: undefined })}>only {market} ✕</button>}<span>{live === undefined ? "" : live.length === 1 ? "1 opportunity" : `${live.length} opportunities`}</span></>} className="live">
      <Known of={of}>
        {(rows) => (rows.length === 0 ? <p className="note">Nothing crosses after fees now. What did is listed below with how long it lived; a venue without <code>taker_fees</code> in fillbook.yaml counts for none.</p> : <DataTable caption="Opportunities that live" columns={LIVE} rows={rows} keyOf={keyOf} height={(Math.min(LIVE_ROWS, rows.length) + 1) * 28} onOpen={({ symbol }) => setParams({ market: symbol })} />)}
      </Known>
    </Panel>
  );
}

/** Rounds through three markets of one venue that earn something now; nothing at all where there are none. */
export function Rounds(): ReactNode {
  const told = useChannel<OpportunityView | TriangleView>("opportunities");
  const rounds = useMemo(() => told.data?.filter((one): one is TriangleView => one.kind === "triangular").sort((a, b) => compareExact(b.netProfit, a.netProfit)) ?? [], [told.data]);
  if (rounds.length === 0) return null;
  return (
    <Panel title="Round one venue" aside={rounds.length === 1 ? "1 round of three trades" : `${rounds.length} rounds of three trades`} className="live">
      <DataTable caption="Rounds of three trades within a venue that earn now" columns={ROUNDS} rows={rounds} keyOf={({ symbol, buyVenue, firstSeen }) => `${symbol} ${buyVenue} ${firstSeen}`} height={(Math.min(ENDED_ROWS, rounds.length) + 1) * 28} />
    </Panel>
  );
}

/** The last that are over. */
export function Ended(): ReactNode {
  const answer = useResource<Answer>(PATH, EVERY_MS);
  const market = useMarket();
  const ended = useMemo(() => answer.data?.ended.filter(({ symbol }) => market === null || symbol === market), [answer.data, market]);
  return (
    <Panel title="Over" aside={ended === undefined || ended.length === 0 ? undefined : `the last ${ended.length}`} className="ended">
      <Known of={{ ...answer, data: ended }}>{(rows) => (rows.length === 0 ? <p className="note">None has ended since the service began.</p> : <DataTable caption="Opportunities that are over" columns={ENDED} rows={rows} keyOf={keyOf} height={(Math.min(ENDED_ROWS, rows.length) + 1) * 28} onOpen={({ symbol }) => setParams({ market: symbol })} />)}</Known>
    </Panel>
  );
}
