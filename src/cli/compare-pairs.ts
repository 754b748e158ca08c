import { addDecimals, compareDecimals, decimalOf, formatDecimal, leastOf, multiplyDecimals, subtractDecimals, zero, type Decimal } from "../core/num/index.ts";
import type { PairView } from "../core/pairs/index.ts";
import { readPairMap, readPairs } from "../venues/csv/index.ts";
import { dim, shownAmount, table, type Column } from "./table.ts";
import { UsageError } from "./usage-error.ts";

/** One execution of a file, as its legs were booked, beside what the file says it realized. Cents. */
export interface ComparedPair {
  readonly line: number;
  readonly pairId: string;
  readonly kind: "both" | "one_sided" | "unfilled" | "not_booked";
  readonly hedgedQuantity: string;
  readonly unhedgedQuantity: string;
  readonly lockedCents: string; // of the hedged part, after fees
  readonly exposedCents: string; // what the rest cost
  readonly guaranteedCents: string; // after fees
  readonly beforeFeesCents: string; // 100 × the smaller leg as it was matched − what both cost, without fees
  readonly saidCents: string | null; // by the file
  readonly differenceCents: string | null; // said − guaranteed; null for one that says nothing, or whose sale the file does not hold
  readonly because: "agrees" | "fees" | "legs" | "sale_missing" | "no_claim";
}

/** Executions beside their claims, and what they come to. */
export interface Compared {
  readonly pairs: readonly ComparedPair[];
  readonly total: { readonly pairs: number; readonly both: number; readonly oneSided: number; readonly unfilled: number; readonly lockedCents: string; readonly exposedCents: string; readonly guaranteedCents: string; readonly saidCents: string; readonly saidOfBothCents: string; readonly guaranteedOfBothCents: string; readonly differenceCents: string; readonly contradicting: number };
}

const HUNDRED: Decimal = { mantissa: 100n, digits: 0 };

/**
 * Sets what a file of executions says it realized beside what its own legs, as they were booked, can guarantee.
 * @param mapPath the map that it was imported with, which names `realized`
 */
export async function comparePairs(path: string, mapPath: string | undefined, views: readonly PairView[]): Promise<Compared> {
  const map = mapPath === undefined ? undefined : await readPairMap(mapPath);
  if (map?.has("realized") !== true) throw new UsageError("--compare: name the map that the file was imported with, and in it the column of the file's own result: --map MAP.yaml, realized: its column");
  const byId = new Map(views.map((view) => [view.pairId, view]));
  const rows = await readPairs(path, { map }, () => undefined);
  const pairs = rows.map(({ line, texts, realized }) => compared(line, texts.pair_id ?? "", [texts.kalshi_quantity, texts.polymarket_quantity], byId.get(texts.pair_id ?? ""), realized));
  const sum = (of: (pair: ComparedPair) => string | null, from: readonly ComparedPair[] = pairs) => formatDecimal(from.map((pair) => decimalOf(of(pair) ?? "0")).reduce(addDecimals, zero));
  const count = (kind: ComparedPair["kind"]) => pairs.filter((pair) => pair.kind === kind).length;
  const both = pairs.filter(({ kind }) => kind === "both");
  return {
    pairs,
    total: {
      pairs: pairs.length, both: both.length, oneSided: count("one_sided"), unfilled: count("unfilled"), lockedCents: sum((pair) => pair.lockedCents), exposedCents: sum((pair) => pair.exposedCents), guaranteedCents: sum((pair) => pair.guaranteedCents), saidCents: sum((pair) => pair.saidCents),
      saidOfBothCents: sum((pair) => pair.saidCents, both), guaranteedOfBothCents: sum((pair) => pair.guaranteedCents, both), differenceCents: sum((pair) => pair.differenceCents), contradicting: pairs.filter(({ because }) => because === "fees" || because === "legs" || because === "sale_missing").length,
    },
  };
}

function compared(line: number, pairId: string, quantities: readonly (string | undefined)[], view: PairView | undefined, said: string | undefined): ComparedPair {
  const head = { line, pairId, saidCents: said ?? null };
  const isFilled = quantities.some((quantity) => decimalOf(quantity || "0").mantissa !== 0n);
  if (view === undefined) {
    const isKept = isFilled || (said !== undefined && decimalOf(said).mantissa !== 0n);
    return { ...head, kind: isFilled ? "not_booked" : "unfilled", hedgedQuantity: "0", unhedgedQuantity: "0", lockedCents: "0", exposedCents: "0", guaranteedCents: "0", beforeFeesCents: "0", differenceCents: said ?? null, because: isKept ? "legs" : said === undefined ? "no_claim" : "agrees" };
  }
  const matched = quantities.map((quantity) => decimalOf(quantity || "0"));
  const cost = view.legs.map(({ costCents }) => decimalOf(costCents)).reduce(addDecimals, zero);
  const beforeFees = subtractDecimals(multiplyDecimals(matched.reduce(leastOf), HUNDRED), cost);
  const kind = matched.every(({ mantissa }) => mantissa > 0n) ? "both" : "one_sided";
  const figures = { hedgedQuantity: view.hedgedQuantity, unhedgedQuantity: view.unhedgedQuantity, lockedCents: view.lockedProfitOnHedgedCents, exposedCents: view.exposedCostCents, guaranteedCents: view.guaranteedProfitCents, beforeFeesCents: formatDecimal(beforeFees) };
  if (said === undefined) return { ...head, ...figures, kind, differenceCents: null, because: "no_claim" };
  if (kind === "one_sided") return { ...head, ...figures, kind, differenceCents: null, because: "sale_missing" };
  const difference = subtractDecimals(decimalOf(said), decimalOf(view.guaranteedProfitCents));
  const isOfFees = isNear(subtractDecimals(decimalOf(said), beforeFees));
  return { ...head, ...figures, kind, differenceCents: formatDecimal(difference), because: isNear(difference) ? "agrees" : isOfFees ? "fees" : "legs" };
}

/** Files write results of floats: what is below a thousandth of a cent is none. */
function isNear({ mantissa, digits }: Decimal): boolean {
  return compareDecimals({ mantissa: mantissa < 0n ? -mantissa : mantissa, digits }, { mantissa: 1n, digits: 3 }) < 0;
}

const columns: readonly Column<ComparedPair>[] = [
  { title: "line", of: ({ line }) => `${line}`, right: true },
  { title: "hedged", of: ({ hedgedQuantity }) => shownAmount(hedgedQuantity, 8), right: true },
  { title: "alone", of: ({ unhedgedQuantity }) => shownAmount(unhedgedQuantity, 7), right: true },
  { title: "locked", of: ({ lockedCents }) => shownAmount(lockedCents, 9), right: true, signed: true },
  { title: "exposed", of: ({ exposedCents }) => shownAmount(exposedCents, 9), right: true },
  { title: "guaranteed", of: ({ guaranteedCents }) => shownAmount(guaranteedCents, 9), right: true, signed: true },
  { title: "file says", of: ({ saidCents }) => shownAmount(saidCents, 9), right: true, signed: true },
  { title: "differs", of: ({ differenceCents }) => shownAmount(differenceCents, 9), right: true },
  { title: "", of: ({ because }) => (because === "sale_missing" ? "no sale" : because === "agrees" || because === "no_claim" ? "" : because) },
];

/** As a person reads it at 80 columns. */
export function comparedText({ pairs, total }: Compared): string {
  const shown = (amount: string) => shownAmount(amount, 12);
  return [
    table(columns, pairs),
    "",
    `${total.pairs} executions: ${total.both} with both legs, ${total.oneSided} with one, ${total.unfilled} with none; in cents:`,
    `locked ${shown(total.lockedCents)}   exposed ${shown(total.exposedCents)}   guaranteed ${shown(total.guaranteedCents)}`,
    `of those with both legs: the file says ${shown(total.saidOfBothCents)}, its legs guarantee ${shown(total.guaranteedOfBothCents)},`,
    `so it says ${shown(total.differenceCents)} too much; ${total.contradicting} of ${total.pairs} contradict their legs`,
    dim("fees: the file leaves fees out; legs: it is not right without fees either;"),
    dim("no sale: it says what selling the one leg lost, and holds no fill of that sale,"),
    dim("so that all the leg cost is still exposed here"),
  ].join("\n");
}
