import { assert, zero } from "../num/index.ts";
import { minus, plus, type Known } from "./amounts.ts";
import { CarriedFees } from "./carried-fees.ts";
import type { Figures } from "./figures.ts";
import type { PnlKey } from "./pnl.ts";
import type { Rates } from "./rates.ts";
import type { BookRow } from "./rows.ts";
import { TagLots } from "./tag-lots.ts";
import type { RowWatcher } from "./transitions.ts";

/**
 * Ways to state one P&L, all with the same net total. gross: fees apart. net: realized has fees and funding as they are
 * paid. exit: the fee of opening is realized by share when the position closes. lots: realized by lots, first in, first
 * out, fees apart. tax: by the same lots, with the fee of opening in a lot's cost and that of closing in its proceeds.
 */
export const PNL_VIEWS = ["gross", "net", "exit", "lots", "tax"] as const;
export type PnlViewName = (typeof PNL_VIEWS)[number];

/** What adds up to net P&L, of a row or of a tag's part in it. */
export interface PnlAmounts {
  readonly realized: Known;
  readonly unrealized: Known;
  readonly fees: Known;
  readonly funding: Known;
}

/** What must follow the rows of a book, from their first fact on, for a view of it. */
export type PnlFollower = CarriedFees | TagLots;

/** What to fold a journal with for this view; undefined when the book itself knows enough. @param rates of the finished book */
export function followerOf(view: PnlViewName, by: PnlKey, rates: Rates): (PnlFollower & RowWatcher) | undefined {
  const isGrouped = ({ isNet }: BookRow): boolean => isNet === (by !== "venue");
  const carries = view === "exit" || view === "tax";
  if (by === "strategy") return new TagLots(rates, isGrouped, ({ strategy }) => strategy, carries);
  if (by === "signal") return new TagLots(rates, isGrouped, ({ signalId }) => signalId, carries);
  if (view === "lots" || view === "tax") return new TagLots(rates, isGrouped, () => "", carries);
  return view === "exit" ? new CarriedFees(rates) : undefined;
}

/** A row in a view. */
export function amountsOf(view: PnlViewName, row: BookRow, figures: Figures, follower: PnlFollower | undefined): PnlAmounts {
  if (view === "gross" || view === "net") return stated(view, figures, zero);
  if (view === "exit") {
    assert(follower instanceof CarriedFees, "the exit view is folded with the fees that positions carry");
    return stated(view, figures, figures.quantity.mantissa === 0n ? zero : follower.of(row));
  }
  const [[, lots] = ["", figures]] = amountsByTag(view, row, figures, follower);
  return lots;
}

/** The tags of a net row in a view. Which lot closed is always first in, first out. */
export function amountsByTag(view: PnlViewName, row: BookRow, figures: Figures, follower: PnlFollower | undefined): Map<string, PnlAmounts> {
  assert(follower instanceof TagLots, "lots are folded with their tags");
  const tags = follower.figuresOf(row, figures.value);
  return new Map([...tags].map(([tag, lots]) => [tag, stated(view, lots, lots.carried)]));
}

/** Puts fees where a view counts them. @param carried of the fees, what opened that which is still held */
function stated(view: PnlViewName, { realized, unrealized, fees, funding }: PnlAmounts, carried: Known): PnlAmounts {
  switch (view) {
    case "gross":
    case "lots":
      return { realized, unrealized, fees, funding };
    case "net":
      return { realized: plus(minus(realized, fees), funding), unrealized, fees: zero, funding: zero };
    case "exit":
    case "tax":
      return { realized: minus(realized, minus(fees, carried)), unrealized: minus(unrealized, carried), fees: zero, funding };
  }
}
