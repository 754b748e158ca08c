/** Names people give to what we call otherwise. */
const ALIASES: Readonly<Record<string, string>> = {
  qty: "quantity", size: "quantity", amount: "quantity", volume: "quantity", shares: "quantity", contracts: "quantity",
  time: "timestamp", ts: "timestamp", date: "timestamp", datetime: "timestamp", executedat: "timestamp", createdat: "timestamp", tradedat: "timestamp",
  px: "price", rate: "price", ticker: "symbol", instrument: "symbol", pair: "symbol", market: "symbol", asset: "symbol", product: "symbol",
  exchange: "venue", direction: "side", action: "side", buysell: "side", type: "side",
  tradeid: "id", fillid: "id", execid: "id", executionid: "id", uid: "id", order: "order_id",
  commission: "fee", fees: "fee", feeasset: "fee_currency", feecoin: "fee_currency", commissioncurrency: "fee_currency", commissionasset: "fee_currency",
  makertaker: "liquidity", latency: "latency_ms", signal: "signal_id", exchangetype: "venue_type",
};

/**
 * The known name that someone most likely meant, or `undefined` when none is near.
 * @example nearest("qty", ["price", "quantity"]) // => "quantity"
 * @example nearest("prise", ["price", "quantity"]) // => "price"
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = bare(name);
  const meant = ALIASES[plain];
  const same = known.find((candidate) => bare(candidate) === plain);
  if (same !== undefined) return same;
  if (meant !== undefined && known.includes(meant)) return meant;
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const distance = edits(plain, bare(candidate));
    if (distance < least && distance <= Math.max(1, Math.floor(Math.min(plain.length, candidate.length) / 2))) [best, least] = [candidate, distance];
  }
  return best;
}

/** `exchangeType` → `exchange_type`: the column that a JSON key stands for. */
export function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Letters to insert, remove or change to come from `a` to `b` (Levenshtein). */
function edits(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const now = [i];
    for (let j = 1; j <= b.length; j += 1) {
      now.push(Math.min(before[j]! + 1, now[j - 1]! + 1, before[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    before = now;
  }
  return before[b.length]!;
}
