import type { Decimal } from "../num/index.ts";
import type { Capital, Chosen, Fill, FillIdentity, Funded, Instant, Limited, LimitedBy, LimitName, Moved, Renamed, Settled, Split } from "../model/index.ts";

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
  | { readonly type: "limit"; readonly id: ""; readonly timeNs: bigint; readonly by: LimitedBy; readonly changes: LimitChanges } // now
  | { readonly type: "bust"; readonly id: string; readonly timeNs: bigint; readonly fill: FillIdentity }
  | { readonly type: "amend"; readonly id: string; readonly timeNs: bigint; readonly fill: FillIdentity; readonly changes: Amendment };

/** A fill as an amendment states it. */
export function amended(fill: Fill, { side, quantity, ...rest }: Amendment): Fill {
  const size = quantity ?? (fill.quantity.mantissa < 0n ? { ...fill.quantity, mantissa: -fill.quantity.mantissa } : fill.quantity);
  const sells = side === undefined ? fill.quantity.mantissa < 0n : side === "sell";
  return { ...fill, ...rest, quantity: sells ? { ...size, mantissa: -size.mantissa } : size };
}
