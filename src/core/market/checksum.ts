import { formatScaled } from "../num/index.ts";
import type { ChecksumKind } from "./ladder-message.ts";
import type { LadderSide } from "./ladder-side.ts";

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** CRC-32 (ISO 3309) of an ASCII text, as a number of 32 bits without a sign. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let at = 0; at < text.length; at += 1) crc = (crc >>> 8) ^ TABLE[(crc ^ text.charCodeAt(at)) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}

interface Sides {
  readonly bids: LadderSide;
  readonly asks: LadderSide;
  readonly priceDigits: number;
  readonly quantityDigits: number;
}

/**
 * The venue's checksum of a ladder's best levels, without a sign.
 *
 * `kraken`: ten asks, then ten bids, each as price and quantity in the pair's fixed decimals without point and leading
 * zeros (docs.kraken.com, "Book checksum"), so the ladder must keep the pair's digits. `okx`: 25 levels a side by turns,
 * `price:quantity` joined by colons, in plain decimals without needless zeros (okx.com, "Checksum").
 */
export function checksumOf(kind: ChecksumKind, ladder: Sides): number {
  switch (kind) {
    case "kraken":
      return crc32([ladder.asks, ladder.bids].map((side) => texts(side, 10, (price, quantity) => `${price}${quantity}`).join("")).join(""));
    case "okx": {
      const plain = (price: number, quantity: bigint) => `${formatScaled(BigInt(price), ladder.priceDigits)}:${formatScaled(quantity, ladder.quantityDigits)}`;
      const bids = texts(ladder.bids, 25, plain);
      const asks = texts(ladder.asks, 25, plain);
      const ranks = Array.from({ length: Math.max(bids.length, asks.length) }, (_, rank) => rank);
      return crc32(ranks.flatMap((rank) => [bids[rank], asks[rank]].filter((text) => text !== undefined)).join(":"));
    }
  }
}

function texts(side: LadderSide, most: number, text: (price: number, quantity: bigint) => string): string[] {
  return Array.from({ length: Math.min(most, side.count) }, (_, rank) => text(side.priceAt(rank), side.quantityAt(rank)));
}
