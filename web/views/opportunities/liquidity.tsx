import type { ReactNode } from "react";
import type { LiquidityView } from "../../../src/core/market/index.ts";
import { heldMs, useLiquidity, useNowMs } from "../../data/index.ts";
import { decimalsShown, Estimate, estimateText, Figure } from "../../figures/index.ts";
import { setParams, usePlace } from "../../nav/index.ts";
import { Known, ladderWords, Panel } from "../../parts/index.ts";
import type { MarketsAnswer } from "./markets.tsx";

const LEVELS = 8;

/** One market over all its venues: ladder, depth, and who is part of it. */
export function Liquidity({ markets: { markets } }: { readonly markets: MarketsAnswer }): ReactNode {
  const { params } = usePlace();
  const chosen = params.get("market") ?? markets[0]?.symbol;
  const told = useLiquidity(chosen);
  const choose = <select aria-label="Market" value={chosen} onChange={({ target }) => setParams({ market: target.value })}>{markets.map(({ symbol }) => <option key={symbol}>{symbol}</option>)}</select>;
  return (
    <Panel title="Market" aside={choose} className="market">
      <Known of={told}>{(view) => view === null ? <p className="note">No ladder of {chosen} any more.</p> : <><Ladder of={view} /><Depth of={view} /><Sources of={view} /></>}</Known>
    </Panel>
  );
}

function Ladder({ of: { bids, asks, spread, spreadBasisPoints } }: { readonly of: LiquidityView }): ReactNode {
  const all = [...bids, ...asks];
  const pad = { price: Math.max(0, ...all.map(({ price }) => decimalsShown(price, 8))), quantity: Math.max(0, ...all.map(({ quantity }) => decimalsShown(quantity, 6))) };
  const largest = Math.max(1e-12, ...all.map(({ quantity }) => Number(quantity)));
  const row = (side: "bid" | "ask", { price, quantity, venue }: LiquidityView["bids"][number], i: number) => (
    <tr key={`${side}${i}`}>
      <td className="text small">{venue}</td>
      <td className={side === "bid" ? "gain" : "loss"}><span className="small">{side} </span><Figure exact={price} most={8} pad={pad.price} /></td>
      <td className="sized"><span className={`size ${side}`} style={{ width: `${(100 * Number(quantity)) / largest}%` }} aria-hidden="true" /><Figure exact={quantity} most={6} pad={pad.quantity} /></td>
    </tr>
  );
  return (
    <table className="ladder">
      <caption>The best levels over all venues</caption>
      <thead><tr><th scope="col" className="text">Venue</th><th scope="col">Price</th><th scope="col">Size</th></tr></thead>
      <tbody>
        {asks.slice(0, LEVELS).reverse().map((level, i) => row("ask", level, i))}
        <tr className="between"><td colSpan={3}>spread <Figure exact={spread} most={8} why="one side is empty" /> · <Estimate value={spreadBasisPoints} decimals={1} why="one side is empty" /> bp{spread?.startsWith("-") === true && <span className="warn"> · venues cross</span>}</td></tr>
        {bids.slice(0, LEVELS).map((level, i) => row("bid", level, i))}
      </tbody>
    </table>
  );
}

function Depth({ of: { depth } }: { readonly of: LiquidityView }): ReactNode {
  return (
    <table className="depth">
      <caption>Size within so many basis points of the best</caption>
      <thead><tr><th scope="col" className="text">Within</th><th scope="col">Bid</th><th scope="col">Ask</th></tr></thead>
      <tbody>{depth.map(({ basisPoints, bid, ask }) => <tr key={basisPoints}><th scope="row" className="text">{basisPoints} bp</th><td><Figure exact={bid} most={4} /></td><td><Figure exact={ask} most={4} /></td></tr>)}</tbody>
    </table>
  );
}

function Sources({ of }: { readonly of: LiquidityView }): ReactNode {
  useNowMs();
  const since = heldMs(of);
  return (
    <ul className="sources">
      {of.venues.map(({ venue, symbol, share, ageMs, usable, reason }) => (
        <li key={`${venue} ${symbol}`}>
          <span>{venue} <span className="small">{symbol}</span></span>
          {usable ? <><span className="share-bar" aria-hidden="true"><span className="fill" style={{ width: `${100 * (share ?? 0)}%` }} /></span><span title="Its share of what stands within 100 basis points; how long ago it was heard"><Estimate value={share} decimals={0} unit="%" why="nothing stands there" /> <span className="small">{ageMs === null ? "" : `${estimateText((ageMs + since) / 1_000, 1)} s`}</span></span></> : <span className="warn left-out">{ladderWords(reason)}{ageMs === null ? "" : `, ${estimateText((ageMs + since) / 1_000, 0)} s`}</span>}
        </li>
      ))}
    </ul>
  );
}
