import { addDecimals, decimalOf, formatDecimal, formatRatio, tenTo } from "../num/index.ts";
import type { Attribution, AttributionFigures, AttributionGroup } from "./attribution.ts";

const MONEY = ["totalPnl", "realized", "unrealized", "fees", "funding"] as const;
const AVERAGE_DIGITS = 12;
const NOTHING: Readonly<Record<(typeof MONEY)[number], string>> = { totalPnl: "0", realized: "0", unrealized: "0", fees: "0", funding: "0" };

/**
 * What groups made within a span: what they had made at its end, less what they had made at its beginning, to the last digit. So the groups add up
 * to the net P&L of the span. Trades, quantity, slippage and latency are those of `end`, which counts the fills of the span alone.
 * @param begin of the same keys and currency, as of the moment before the span
 */
export function attributionWithin(begin: Attribution, end: Attribution): Attribution {
  const before = new Map(begin.groups.map((group) => [nameOf(group), group]));
  const after = new Map(end.groups.map((group) => [nameOf(group), group]));
  const gone = begin.groups.filter((group) => !after.has(nameOf(group)));
  const groups = [...end.groups, ...gone.map((group): AttributionGroup => ({ ...group, ...NOTHING, ...NO_FILLS }))].map((group) => within(before.get(nameOf(group)) ?? NOTHING, group));
  const isAnything = (group: AttributionGroup) => group.numTrades > 0 || MONEY.some((name) => group[name] !== "0");
  return {
    ...end, total: within(begin.total, end.total),
    groups: groups.filter(isAnything).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
    missingRates: [...new Set([...begin.missingRates, ...end.missingRates])].sort(),
  };
}

const NO_FILLS = { totalQuantity: "0", numTrades: 0, avgPnlPerTrade: null, totalSlippage: null, avgSlippage: null, totalLatencyMs: null, avgLatencyMs: null, avgExecutionScore: null } as const;

function nameOf({ keys }: AttributionGroup): string {
  return keys.join("\u0000");
}

function within<T extends AttributionFigures>(before: Pick<AttributionFigures, (typeof MONEY)[number]>, after: T): T {
  const money = Object.fromEntries(MONEY.map((name) => [name, difference(before[name], after[name])])) as Record<(typeof MONEY)[number], string | null>;
  const net = money.totalPnl === null ? undefined : decimalOf(money.totalPnl);
  return { ...after, ...money, avgPnlPerTrade: net === undefined || after.numTrades === 0 ? null : formatRatio(net.mantissa, BigInt(after.numTrades) * tenTo(net.digits), AVERAGE_DIGITS) };
}

function difference(before: string | null, after: string | null): string | null {
  if (before === null || after === null) return null;
  const was = decimalOf(before);
  return formatDecimal(addDecimals(decimalOf(after), { ...was, mantissa: -was.mantissa }));
}
