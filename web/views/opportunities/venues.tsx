import type { ReactNode } from "react";
import type { VenuesView, VenueView } from "../../../src/core/performance/index.ts";
import { hasToken, useChannel, useResource, type Overview, type Resource } from "../../data/index.ts";
import { compareExact, Estimate, Figure } from "../../figures/index.ts";
import { DataTable, Known, Panel, VenueType, type Column } from "../../parts/index.ts";

const EVERY_MS = 30_000;
const OVERVIEW_MS = 1_000;
const MOST_ROWS = 8;
const columnsOf = (currency: string): readonly Column<VenueView>[] => [
  { key: "rank", title: "#", cell: ({ rank }) => rank },
  { key: "venue", title: "Venue", isText: true, narrow: true, cell: ({ venue, venueType }) => <>{venue} <VenueType of={venueType} /></> },
  { key: "score", title: "Score", says: "0 to 1, weighted: slippage 35 %, fees 30 %, latency 20 %, accepted 15 %", narrow: true, compare: (a, b) => (a.score ?? -1) - (b.score ?? -1), cell: ({ score, scoreParts: { slippage, fees, latency, accepted } }) => <span title={`slippage ${part(slippage)}, fees ${part(fees)}, latency ${part(latency)}, accepted ${part(accepted)}`}><Estimate value={score} why="its fills tell neither slippage nor latency" /></span> },
  { key: "bar", title: "", cell: ({ score }) => <span className="share-bar" aria-hidden="true"><span className="fill" style={{ width: `${100 * (score ?? 0)}%` }} /></span> },
  { key: "fills", title: "Fills", compare: (a, b) => a.fills - b.fills, cell: ({ fills }) => fills.toLocaleString("en-US") },
  { key: "rejects", title: "Refused", cell: ({ rejects }) => rejects.toLocaleString("en-US") },
  { key: "volume", title: `Volume, ${currency}`, compare: (a, b) => compareExact(a.volume, b.volume), cell: ({ volume }) => <Figure exact={volume} most={0} why="a rate is missing" /> },
  { key: "slip", title: "Slip bp", compare: (a, b) => (a.slippageBasisPoints.average ?? 0) - (b.slippageBasisPoints.average ?? 0), cell: ({ slippageBasisPoints: { average } }) => <Estimate value={average} decimals={1} why="its fills tell no arrival price" /> },
  { key: "fee", title: "Fee bp", cell: ({ effectiveFeeBasisPoints }) => <Estimate value={effectiveFeeBasisPoints} decimals={1} why="a rate is missing" /> },
  { key: "ms", title: "Median ms", cell: ({ latencyMs: { p50 } }) => <Estimate value={p50} decimals={0} why="its fills tell no latency" /> },
  { key: "pnl", title: `Net P&L, ${currency}`, narrow: true, compare: (a, b) => compareExact(a.pnl, b.pnl), cell: ({ pnl }) => <Figure exact={pnl} most={0} signed why="a mark is missing" /> },
];

/** Venues by what trading there cost and brought. */
export function RankedVenues(): ReactNode {
  const answer = useVenues();
  return (
    <Panel title="Venues, ranked" aside="by slippage, fees, latency, what they accept" className="ranked">
      <Known of={answer}>{({ venues, currency }) => (venues.length === 0 ? <p className="note">No fill yet: venues are ranked by how they filled orders.</p> : <DataTable caption="Venues by score" columns={columnsOf(currency)} rows={venues} keyOf={({ venue }) => venue} height={(Math.min(MOST_ROWS, venues.length) + 1) * 28} />)}</Known>
    </Panel>
  );
}

/** The stream tells of venues, but not to a token that is bound to accounts; it would let none in that asks for them, and the page does not know which token is. */
function useVenues(): Resource<Pick<VenuesView, "venues" | "currency">> {
  const isOpen = !hasToken();
  const told = useChannel<VenueView>(isOpen ? "venues" : undefined);
  const overview = useResource<Overview>(isOpen ? "/v1/overview" : undefined, OVERVIEW_MS, { isFolded: true });
  const asked = useResource<VenuesView>(isOpen ? undefined : "/v1/venues", EVERY_MS, { isFolded: true });
  const currency = overview.data?.currency;
  return isOpen ? { ...told, data: told.data === undefined || currency === undefined ? undefined : { venues: told.data.toSorted((a, b) => a.rank - b.rank), currency } } : asked;
}

function part(value: number | null): string {
  return value === null ? "not known" : value.toFixed(2);
}
