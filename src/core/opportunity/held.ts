import { scaled, trimmed, zero, type Decimal } from "../num/index.ts";
import type { Member } from "./member.ts";
import type { OpportunityOptions } from "./options.ts";

/** How much of a trade turns over what is held on both venues. */
export interface Held {
  readonly uses: boolean;
  readonly quantity: Decimal; // of the trade, ≥ 0
  readonly isCovered: boolean; // all of it
}

const NOTHING: Held = { uses: false, quantity: zero, isCovered: false };

/**
 * What is held counts where both venues hold something: the sale is out of a long position on the venue that sells, or the
 * purchase closes a short one on the venue that buys. For that part goods need not be brought, and the desk as a whole
 * needs no capital: what one trade costs the other brings.
 */
export function heldAgainst(buy: Member, sell: Member, quantity: bigint, digits: number, { held }: Pick<OpportunityOptions, "held">): Held {
  const onBuy = held?.(buy.ladder.venue, buy.ladder.symbol) ?? zero;
  const onSell = held?.(sell.ladder.venue, sell.ladder.symbol) ?? zero;
  if (onBuy.mantissa === 0n || onSell.mantissa === 0n) return NOTHING;
  const wide = Math.max(digits, onBuy.digits, onSell.digits);
  const [short, long] = [-scaled(onBuy, wide)!, scaled(onSell, wide)!];
  const most = short > long ? short : long;
  if (most <= 0n) return NOTHING;
  const all = scaled({ mantissa: quantity, digits }, wide)!;
  const part = most < all ? most : all;
  return { uses: part > 0n, quantity: trimmed(part, wide), isCovered: part === all };
}
