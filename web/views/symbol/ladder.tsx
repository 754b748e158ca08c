import { useMemo, type ReactNode } from "react";
import type { LiquidityView } from "../../../src/core/market/index.ts";
import { heldMs, useLiquidity, useNowMs } from "../../data/index.ts";
import { ageText, decimalsShown, estimateText, Figure } from "../../figures/index.ts";
import { DataTable, Known, ladderWords, Panel, type Column } from "../../parts/index.ts";

type Level = LiquidityView["bids"][number];
type VenueLadder = LiquidityView["venues"][number];

interface Pad {
  readonly price: number;
  readonly quantity: number;
}

const LEVELS = 8;

/** The ladders of all venues as one, and how each venue stands. */
export function LadderPanel({ symbol }: { readonly symbol: string }): ReactNode {
  const told = useLiquidity(symbol);
  const data = told.data ?? undefined;
  if (told.data === null) return <Panel title="Ladder"><p className="small">No venue tells its ladder of {symbol}: send it to POST /v1/books.</p></Panel>;
  return (
    <Panel title="Ladder" aside={data === undefined || data.spread === null ? undefined : <>{data.spread.startsWith("-") && <span className="warn">venues cross · </span>}spread <Figure exact={data.spread} most={8} />{data.spreadBasisPoints !== null && ` · ${estimateText(data.spreadBasisPoints, 1)} bp`}</>} className="ladder">
      <Known of={{ ...told, data }}>
        {({ bids, asks }) => (
          <>
            {bids.length + asks.length > 0 && <Levels bids={bids.slice(0, LEVELS)} asks={asks.slice(0, LEVELS)} />}
            <VenueTable of={data!} />
          </>
        )}
      </Known>
    </Panel>
  );
}

function VenueTable({ of }: { readonly of: LiquidityView }): ReactNode {
  const nowMs = useNowMs();
  const rows = useMemo(() => of.venues.map((one) => ({ ...one, ageMs: one.ageMs === null ? null : one.ageMs + heldMs(of) })), [of, nowMs]);
  return <DataTable caption="Venues of this market" columns={COLUMNS} rows={rows} keyOf={({ venue }) => venue} />;
}

function Levels({ bids, asks }: { readonly bids: readonly Level[]; readonly asks: readonly Level[] }): ReactNode {
  const most = Math.max(...[...bids, ...asks].map(({ quantity }) => Number(quantity)), 1e-12); // for the bars only
  const padOf = (of: readonly Level[], key: "price" | "quantity", decimals: number) => Math.max(0, ...of.map((level) => decimalsShown(level[key], decimals)));
  const [bidPad, askPad] = [bids, asks].map((of) => ({ price: padOf(of, "price", 8), quantity: padOf(of, "quantity", 4) })) as [Pad, Pad];
  const width = ({ quantity }: Level) => ({ width: `${(Number(quantity) / most) * 100}%` });
  return (
    <table className="levels">
      <caption>Bids and asks of all venues together</caption>
      <thead><tr><th scope="col" className="narrow text">Venue</th><th scope="col" className="narrow">Bid size</th><th scope="col" className="narrow">Bid</th><th scope="col" className="narrow">Ask</th><th scope="col" className="narrow">Ask size</th><th scope="col" className="narrow">Venue</th></tr></thead>
      <tbody>
        {Array.from({ length: Math.max(bids.length, asks.length) }, (_, i) => {
          const [bid, ask] = [bids[i], asks[i]];
          return (
            <tr key={i}>
              <td className="text narrow small">{bid?.venue}</td>
              <td className="size narrow">{bid !== undefined && <><span className="depth gain-fill" style={width(bid)} /><Figure exact={bid.quantity} most={4} pad={bidPad.quantity} /></>}</td>
              <td className="narrow">{bid !== undefined && <Figure exact={bid.price} most={8} pad={bidPad.price} />}</td>
              <td className="narrow">{ask !== undefined && <Figure exact={ask.price} most={8} pad={askPad.price} />}</td>
              <td className="size ask narrow">{ask !== undefined && <><span className="depth loss-fill" style={width(ask)} /><Figure exact={ask.quantity} most={4} pad={askPad.quantity} /></>}</td>
              <td className="narrow small">{ask?.venue}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const COLUMNS: readonly Column<VenueLadder>[] = [
  { key: "venue", title: "Venue", isText: true, narrow: true, cell: ({ venue }) => venue },
  { key: "share", title: "Share of depth", narrow: true, cell: ({ share }) => (share === null ? <span className="unknown" title="its ladder does not count">–</span> : estimateText(share, 0, "%")) },
  { key: "age", title: "Heard", narrow: true, cell: ({ ageMs, usable }) => (ageMs === null ? "never" : <span className={usable ? "" : "stale"}>{ageText(ageMs / 1_000)} ago</span>) },
  { key: "usable", title: "", isText: true, cell: ({ usable, reason }) => (usable ? "" : <span className="warn">{ladderWords(reason)}</span>) },
];
