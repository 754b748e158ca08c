import type { Decimal } from "../num/index.ts";
import type { Capital, Chosen, Fill, FillIdentity, Funded, Instant, Limited, LimitedBy, LimitName, Moved, OverrideChanges, Renamed, RiskEvent, Settled, Split } from "../model/index.ts";

/** What an amendment may change of a fill: all but its identity. */
export interface Amendment {
  readonly side?: "buy" | "sell";
  readonly quantity?: Decimal; // > 0
  readonly price?: Decimal;
  readonly fee?: Decimal;
  readonly feeCurrency?: string;
  readonly time?: Instant;
  readonly strategy?: string;
  readonly signalId?: string;
}

/** New values of limits: `none` unsets one, those that are missing stay as they are. */
export type LimitChanges = { readonly [name in LimitName]?: Decimal | "none" };

/** Limits that are set now. */
interface LimitReport {
  readonly type: "limit";
  readonly id: "";
  readonly timeNs: bigint;
  readonly by: LimitedBy;
  readonly changes: LimitChanges;
  readonly overrides?: OverrideChanges; // in the place of common ones
  readonly areAll?: boolean; // what `overrides` does not name is none
}

/** What is found, or done, of risk now. Whether it is news, the engine decides by where breaker and breaches stand. */
export type RiskReport = { readonly id: ""; readonly timeNs: bigint } & (
  | { readonly type: "breach"; readonly is: "begun" | "ended"; readonly limit: string; readonly scope: string; readonly account: string; readonly value: string; readonly threshold: string } // as in `Breached`
  | { readonly type: "trip"; readonly by: string; readonly who: string; readonly why: string } // as in `Tripped`; known while the breaker is open
  | { readonly type: "release"; readonly to: "closed" | "half_open"; readonly who: string; readonly why: string; readonly sinceNs?: bigint } // as in `Reset`; sinceNs: only if the breaker stands so since then
  | { readonly type: "probe"; readonly who: string; readonly why: string; readonly most: number } // as in `Probed`; most: `breaker.probes`
);

/** An event as it is reported, not yet believed. */
export type EventReport =
  | Funded // currency "": the one it settles in
  | Moved // cost undefined: a deposit is valued at the mark of its time, a withdrawal leaves at its book cost
  | Capital
  | Split
  | Renamed
  | Settled
  | Chosen
  | Limited // as another journal has it
  | RiskEvent // as another journal has it
  | LimitReport
  | RiskReport
  | { readonly type: "bust"; readonly id: string; readonly timeNs: bigint; readonly fill: FillIdentity }
  | { readonly type: "amend"; readonly id: string; readonly timeNs: bigint; readonly fill: FillIdentity; readonly changes: Amendment };

/** A fill as an amendment states it. */
export function amended(fill: Fill, { side, quantity, ...rest }: Amendment): Fill {
  const size = quantity ?? (fill.quantity.mantissa < 0n ? { ...fill.quantity, mantissa: -fill.quantity.mantissa } : fill.quantity);
  const sells = side === undefined ? fill.quantity.mantissa < 0n : side === "sell";
  return { ...fill, ...rest, quantity: sells ? { ...size, mantissa: -size.mantissa } : size };
}
