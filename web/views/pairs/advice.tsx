import type { ReactNode } from "react";
import type { PairAdvice, WayOut } from "../../../src/core/pairs/index.ts";
import { useResource } from "../../data/index.ts";
import { centsText, compareExact, Figure, shownText } from "../../figures/index.ts";
import { setParams } from "../../nav/index.ts";
import { Known, Panel } from "../../parts/index.ts";

/** `GET /v1/pairs/advice`. */
interface Answer {
  readonly pairs: readonly PairAdvice[];
}

const EVERY_MS = 3_000;
const SOURCES: Readonly<Record<string, string>> = { ladder: "by its order book", mark: "at its mark", given: "at the price given" };
const REASONS: Readonly<Record<string, string>> = {
  no_price: "no order book and no mark: POST /v1/books or /v1/marks", no_fee_schedule: "no schedule says the fee: name the market's category", too_few_offered: "too few are offered", too_few_wanted: "too few are wanted",
};

/** Complete or unwind: every pair of which one side stands alone. */
export function Advices(): ReactNode {
  const answer = useResource<Answer>("/v1/pairs/advice", EVERY_MS);
  return (
    <Panel title="One side alone: complete or unwind" aside="nothing is ordered from here" className="advices">
      <Known of={answer}>
        {({ pairs }) => (pairs.length === 0 ? <p className="note">Every pair is hedged, or decided.</p> : <ul>{pairs.map((one) => <li key={one.pairId}><One advice={one} /></li>)}</ul>)}
      </Known>
    </Panel>
  );
}

function One({ advice: { pairId, unhedgedSide, unhedgedQuantity, advice, reasons } }: { readonly advice: PairAdvice }): ReactNode {
  if (advice === null || unhedgedSide === null) return null;
  const { asItIs, complete, unwind, better, completePricesFrom, unwindPricesFrom } = advice;
  const other = unhedgedSide === "yes" ? "NO" : "YES";
  const held = `${shownText(unhedgedQuantity, 4)} ${unhedgedSide.toUpperCase()}`;
  const areEqual = complete !== null && unwind !== null && compareExact(complete.guaranteedTotalCents, unwind.guaranteedTotalCents) === 0;
  return (
    <div className="one-advice">
      <p><button type="button" className="link" onClick={() => setParams({ pair: pairId })}>{pairId}</button> holds {held} too many. As it is <Figure exact={centsText(asItIs.guaranteedTotalCents)} unit="USD" signed /> is sure.</p>
      <dl>
        <Way title={`Complete: buy ${shownText(unhedgedQuantity, 4)} ${other}`} way={complete} better={better === "complete" ? "guarantees more" : undefined} from={completePricesFrom} why={reasons.complete} pays="for" />
        <Way title={`Unwind: sell ${held}`} way={unwind} better={better !== "unwind" ? undefined : areEqual ? "as much, and it is over" : "guarantees more"} from={unwindPricesFrom} why={reasons.unwind} pays="brings" />
      </dl>
    </div>
  );
}

function Way({ title, way, better, from, why, pays }: { readonly title: string; readonly way: WayOut | null; readonly better: string | undefined; readonly from: string | null; readonly why: string | null; readonly pays: string }): ReactNode {
  return (
    <div className={better === undefined ? "way" : "way better"}>
      <dt>{title}{better !== undefined && <strong className="best"> ✓ {better}</strong>}</dt>
      {way === null ? <dd className="small">Not known: {reasonOf(why)}</dd> : (
        <dd><Figure exact={centsText(way.guaranteedTotalCents)} unit="USD" signed /> sure <span className="small">(<Figure exact={centsText(way.changeCents)} currency="USD" signed />) on {way.venue}, {pays} <Figure exact={centsText(way.cashCents)} currency="USD" />, fees <Figure exact={centsText(way.feesCents)} currency="USD" />, {SOURCES[from ?? ""] ?? "at what is known"}</span></dd>
      )}
    </div>
  );
}

function reasonOf(reason: string | null): string {
  const [code = "", ...of] = (reason ?? "").split(": ");
  return REASONS[code] === undefined ? (reason ?? "it is not said why") : `${REASONS[code]}${of.length === 0 ? "" : ` (${of.join(": ")})`}`;
}
