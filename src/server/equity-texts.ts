import type { EquityPoint } from "../core/book/index.ts";
import { decimalOf, formatDecimal, type Decimal } from "../core/num/index.ts";

/** A point of an equity curve as it goes from thread to thread. */
export type EquityTexts = readonly [beginNs: string, endNs: string, pnl: string | null, capital: string | null, flow: string | null, inKind: string | null, equity: string | null, unknown: readonly string[]];

export function pointTexts({ beginNs, endNs, pnl, capital, flow, inKind, equity, unknown }: EquityPoint): EquityTexts {
  return [`${beginNs}`, `${endNs}`, text(pnl), text(capital), text(flow), text(inKind), text(equity), unknown];
}

export function pointOf([beginNs, endNs, pnl, capital, flow, inKind, equity, unknown]: EquityTexts): EquityPoint {
  return { beginNs: BigInt(beginNs), endNs: BigInt(endNs), pnl: known(pnl), capital: known(capital), flow: known(flow), inKind: known(inKind), equity: known(equity), unknown };
}

function text(value: Decimal | undefined): string | null {
  return value === undefined ? null : formatDecimal(value);
}

function known(value: string | null): Decimal | undefined {
  return value === null ? undefined : decimalOf(value);
}
