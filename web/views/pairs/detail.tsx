import type { ReactNode } from "react";
import type { LegView, PairView } from "../../../src/core/pairs/index.ts";
import { centsText, Figure, Time } from "../../figures/index.ts";
import { DataTable, Panel, SignedBar, type Column } from "../../parts/index.ts";
import { LockedBar, StatusSign } from "./table.tsx";

const TYPES: Readonly<Record<PairView["arbType"], string>> = { poly_yes_kalshi_no: "YES on Polymarket, NO on Kalshi", kalshi_yes_poly_no: "YES on Kalshi, NO on Polymarket", kalshi_only: "Kalshi only", poly_only: "Polymarket only" };
const LEGS: readonly Column<LegView>[] = [
  { key: "venue", title: "Leg", isText: true, narrow: true, cell: ({ venue, market, side }) => <span title={market}>{venue} <strong>{side.toUpperCase()}</strong></span> },
  { key: "quantity", title: "Held", narrow: true, cell: ({ quantity }) => <Figure exact={quantity} most={4} /> },
  { key: "price", title: "At ¢", says: "Mean price in cents, without fees", narrow: true, cell: ({ avgPriceCents }) => <Figure exact={avgPriceCents} why="nothing is held" /> },
  { key: "cost", title: "Cost", narrow: true, cell: ({ costCents }) => <Figure exact={centsText(costCents)} currency="USD" pad={2} /> },
  { key: "fees", title: "Fees", cell: ({ feesCents }) => <Figure exact={centsText(feesCents)} currency="USD" pad={2} /> },
];
const REALIZED = [["sold", "sold"], ["netted", "netted by Kalshi"], ["merged", "merged"], ["settled", "settled"], ["rebates", "rebates"]] as const;

/** One pair: its legs, what each outcome pays, how it came to its status. */
export function PairDetail({ pair }: { readonly pair: PairView }): ReactNode {
  return (
    <Panel title={pair.pairId} aside={<><span>money in USD</span><StatusSign status={pair.status} /></>} className="pair-detail">
      <p className="note">{TYPES[pair.arbType]}{pair.openedAt !== null && <>, opened <Time at={pair.openedAt} part="day" /></>}</p>
      <div className="locked-line"><LockedBar pair={pair} /><p className="small">{pair.hedgedQuantity} hedged{pair.unhedgedSide === null ? ", nothing exposed" : `, ${pair.unhedgedQuantity} ${pair.unhedgedSide.toUpperCase()} exposed`}</p></div>
      <DataTable caption="Legs" columns={LEGS} rows={pair.legs} keyOf={({ venue, side, market }) => `${venue} ${side} ${market}`} />
      <Outcomes pair={pair} />
      <History pair={pair} />
    </Panel>
  );
}

/** What it makes at each ending, fees included. */
function Outcomes({ pair: { outcomes: { yes, no, kalshiYesPolyNo, kalshiNoPolyYes }, guaranteedProfitCents, worstWithDivergenceCents } }: { readonly pair: PairView }): ReactNode {
  const rows: readonly (readonly [name: string, cents: string | null])[] = [["YES on both", yes], ["NO on both", no], ["Kalshi YES, Polymarket NO", kalshiYesPolyNo], ["Kalshi NO, Polymarket YES", kalshiNoPolyYes]];
  const largest = Math.max(1e-9, ...rows.map(([, cents]) => Math.abs(Number(cents ?? 0))));
  return (
    <table className="outcomes">
      <caption>P&L by outcome, USD, fees included</caption>
      <thead><tr><th scope="col" className="text">If it ends</th><td /><th scope="col">P&L, USD</th></tr></thead>
      <tbody>
        {rows.map(([name, cents]) => (
          <tr key={name}><th scope="row" className="text">{name}</th><td className="bar-cell"><SignedBar share={Number(cents ?? 0) / largest} /></td><td><Figure exact={centsText(cents)} currency="USD" pad={2} signed why="it stands on one venue only" /></td></tr>
        ))}
      </tbody>
      <tfoot>
        <tr><th scope="row" className="text" colSpan={2}>Guaranteed while they agree</th><td><Figure exact={centsText(guaranteedProfitCents)} currency="USD" pad={2} signed /></td></tr>
        <tr><th scope="row" className="text" colSpan={2}>Worst if they do not</th><td><Figure exact={centsText(worstWithDivergenceCents)} currency="USD" pad={2} signed /></td></tr>
      </tfoot>
    </table>
  );
}

function History({ pair: { realizedBy, realizedPnlCents, changes, claimableCents } }: { readonly pair: PairView }): ReactNode {
  const parts = REALIZED.filter(([key]) => /[1-9]/.test(realizedBy[key]));
  if (parts.length === 0 && changes.length === 0 && !/[1-9]/.test(claimableCents)) return null;
  return (
    <div className="pair-history">
      {parts.length > 0 && <p>Realized <Figure exact={centsText(realizedPnlCents)} unit="USD" signed why="a market has ended and its result is not known" />: {parts.map(([key, words], i) => <span key={key}>{i > 0 && ", "}{words} <Figure exact={centsText(realizedBy[key])} signed /></span>)}</p>}
      {/[1-9]/.test(claimableCents) && <p>To be redeemed: <Figure exact={centsText(claimableCents)} unit="USD" /></p>}
      <ol>{changes.map(({ from, to, cause, at }) => <li key={`${at} ${to}`}><Time at={at} /> <span className="small">{from} →</span> {to} <span className="small">{cause.replaceAll("_", " ")}</span></li>)}</ol>
    </div>
  );
}
