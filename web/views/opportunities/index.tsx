import { type ReactNode } from "react";
import "./opportunities.css";
import { useResource } from "../../data/index.ts";
import { Code, Empty, Known } from "../../parts/index.ts";
import { Ended, Live, Rounds } from "./found.tsx";
import { Liquidity } from "./liquidity.tsx";
import { Markets, type MarketsAnswer } from "./markets.tsx";
import { RankedVenues } from "./venues.tsx";

const EVERY_MS = 2_000;

/** What buying on one venue and selling on another earns now, and going round one; and how deep the markets are. */
export default function Opportunities(): ReactNode {
  const markets = useResource<MarketsAnswer>("/v1/liquidity", EVERY_MS);
  return (
    <Known of={markets}>
      {(data) => (data.total === 0 ? <NoLadders /> : (
        <div className="opportunities">
          <div className="opportunities-main">
            <Live />
            <Rounds />
            <Markets of={data} />
            <Ended />
            <RankedVenues />
          </div>
          <Liquidity markets={data} />
        </div>
      ))}
    </Known>
  );
}

function NoLadders(): ReactNode {
  const book = `curl ${location.origin}/v1/books -H 'content-type: application/json' -d '{"type":"snapshot","venue":"kraken","symbol":"BTC/USD","timestamp":"${new Date().toISOString()}","bids":[["64010","0.4"]],"asks":[["64022","0.35"]]}'`;
  return (
    <Empty title="No order books yet">
      <p>Send ladders of two venues or more: a snapshot, and then what changes.</p>
      <Code>{book}</Code>
      <p>An opportunity counts after fees: name each venue's under <code>venues</code> in fillbook.yaml, such as <code>kraken: {"{taker_fees: 0.0026}"}</code>. How it works: <code>docs/markets.md</code>.</p>
    </Empty>
  );
}
