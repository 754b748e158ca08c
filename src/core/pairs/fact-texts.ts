import { decimalOf, formatDecimal, isProblem, readDecimal, zero } from "../num/index.ts";
import { formatTimeAs, isPairFact, plainPairFact, readTime, shown } from "../model/index.ts";
import { ARB_TYPES, type PairFact, type PairFillAmended, type PairFillRef, type PairMarket, type PairOrderFee, type PairVenue, type Payout } from "./fact.ts";
import { NotOfPairs, TextRow, type PairColumn, type PairTexts } from "./text-row.ts";

const VENUES: readonly PairVenue[] = ["kalshi", "polymarket"];
const SIDES = ["yes", "no"] as const;
const ORIENTATIONS = ["same", "opposite"] as const;

/** A fact as a row of texts, so that reading it again gives the same fact. */
export function pairFactTexts(fact: PairFact): PairTexts {
  const texts: Partial<Record<PairColumn, string>> = {};
  for (const [key, value] of Object.entries(plainPairFact(fact))) if (typeof value === "string" || typeof value === "boolean") texts[snakeCase(key) as PairColumn] = `${value}`;
  texts.timestamp = formatTimeAs(fact.time.ns, fact.time.unit);
  if ("fill" in fact) Object.assign(texts, { account: fact.fill.account, venue: fact.fill.venue, market: fact.fill.market, fill: fact.fill.id });
  if (fact.type === "pair_defined") texts.markets = JSON.stringify(fact.markets.map(({ resolvesAtNs, ...market }) => ({ ...market, ...(resolvesAtNs === undefined ? {} : { resolvesAt: formatTimeAs(resolvesAtNs, "ns") }) })));
  if ("orderFees" in fact && fact.orderFees !== undefined) texts.order_fees = JSON.stringify(fact.orderFees.map(({ id, feeCents }) => ({ id, feeCents: formatDecimal(feeCents) })));
  if (fact.type === "pair_settled") texts.payout = fact.payout.is === "refund" ? "refund" : formatDecimal(fact.payout.cents);
  return texts;
}

/** Reads a fact of a pair from a row with a `type`. @throws NotOfPairs */
export function readPairFact(texts: PairTexts): PairFact {
  const row = new TextRow(texts);
  const type = { type: row.required("type") };
  if (!isPairFact(type)) throw new NotOfPairs("type", `${shown(row.text("type"))} is no fact of a pair: pair_filled, pair_settled, pair_voided, …`);
  const head = { pairId: row.required("pair_id"), id: row.required("id"), time: row.time() };
  const at = () => ({ venue: row.oneOf("venue", VENUES), market: row.text("market") });
  switch (type.type) {
    case "pair_defined":
      return { type: type.type, ...head, arbType: row.oneOf("arb_type", ARB_TYPES), markets: marketsOf(row), ...(row.text("account") === "" ? {} : { account: row.text("account") }) };
    case "pair_filled":
      return {
        type: type.type, ...head, account: row.text("account") || "default", ...at(), side: row.oneOf("side", SIDES), action: row.oneOf("action", ["buy", "sell"]), quantity: row.amount("quantity"), priceCents: row.cents("price_cents"),
        grossCents: row.optional("gross_cents"), feeCents: row.optional("fee_cents"), feeIsComputed: row.text("fee_is_computed") === "true", feeShares: row.optional("fee_shares") ?? zero,
        role: row.text("role") === "" ? "" : row.oneOf("role", ["maker", "taker"]), isFinal: row.text("is_final") !== "false", orderId: row.text("order_id"),
      };
    case "pair_confirmed":
      return { type: type.type, ...head, fill: fillOf(row) };
    case "pair_voided":
      return { type: type.type, ...head, fill: fillOf(row), why: row.text("why"), ...orderFeesOf(row) };
    case "pair_fill_amended":
      return { type: type.type, ...head, fill: fillOf(row), quantity: row.optional("quantity"), priceCents: row.optional("price_cents"), feeCents: row.optional("fee_cents"), ...decidedFees(row) };
    case "pair_rebated":
      return { type: type.type, ...head, ...at(), amountCents: row.amount("amount_cents") };
    case "pair_merged":
    case "pair_split":
      return { type: type.type, ...head, ...at(), quantity: row.amount("quantity") };
    case "pair_redeemed":
      return { type: type.type, ...head, ...at(), side: row.oneOf("side", SIDES), quantity: row.amount("quantity"), payoutCents: row.amount("payout_cents") };
    case "pair_settled":
      return { type: type.type, ...head, ...at(), stage: row.oneOf("stage", ["provisional", "disputed", "final"]), payout: payoutOf(row.required("payout")), revenueCents: row.optional("revenue_cents") };
    case "pair_market_ended":
      return { type: type.type, ...head, ...at() };
    case "pair_close_asked":
    case "pair_close_withdrawn":
      return { type: type.type, ...head, by: row.text("by") || "hand" };
  }
}

/** What a result pays: `yes`, `no`, `refund`, or cents of one YES. @throws NotOfPairs */
export function payoutOf(text: string): Payout {
  if (text === "refund") return { is: "refund" };
  if (text === "yes" || text === "no") return { is: "cents", cents: text === "yes" ? { mantissa: 100n, digits: 0 } : zero };
  const cents = readDecimal(text);
  if (isProblem(cents)) throw new NotOfPairs("payout", `${shown(text)} is no result: write yes, no, refund, or the cents that one YES is paid`);
  return { is: "cents", cents };
}

function fillOf(row: TextRow): PairFillRef {
  return { account: row.text("account") || "default", venue: row.oneOf("venue", VENUES), market: row.text("market"), id: row.required("fill") };
}

/** What an export says of fees that an amendment had computed. */
function decidedFees(row: TextRow): Pick<PairFillAmended, "feeShares" | "feeIsComputed" | "orderFees"> {
  const feeShares = row.optional("fee_shares");
  return { ...(feeShares === undefined ? {} : { feeShares }), ...(row.text("fee_is_computed") === "true" ? { feeIsComputed: true } : {}), ...orderFeesOf(row) };
}

function orderFeesOf(row: TextRow): { readonly orderFees?: readonly PairOrderFee[] } {
  const text = row.text("order_fees");
  if (text === "") return {};
  const bad = (): NotOfPairs => new NotOfPairs("order_fees", 'is no list of fees of fills: [{"id": "…", "feeCents": "1.75"}, …]');
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw bad();
  }
  if (!Array.isArray(list)) throw bad();
  return {
    orderFees: list.map((one: unknown): PairOrderFee => {
      const { id, feeCents } = (one ?? {}) as { readonly id?: unknown; readonly feeCents?: unknown };
      const cents = typeof feeCents === "string" ? readDecimal(feeCents) : undefined;
      if (typeof id !== "string" || cents === undefined || isProblem(cents)) throw bad();
      return { id, feeCents: cents };
    }),
  };
}

function marketsOf(row: TextRow): PairMarket[] {
  const bad = (why: string) => new NotOfPairs("markets", `${why}: write a list such as [{"venue": "kalshi", "market": "KXRAIN", "orientation": "same"}, …]`);
  let list: unknown;
  try {
    list = JSON.parse(row.required("markets"));
  } catch {
    throw bad("is no JSON");
  }
  if (!Array.isArray(list)) throw bad("is no list");
  return list.map((one: unknown): PairMarket => {
    if (typeof one !== "object" || one === null) throw bad("holds what is no market");
    const said = one as Readonly<Record<string, unknown>>;
    const text = (key: string): string | undefined => (typeof said[key] === "string" ? said[key] : undefined);
    const venue = VENUES.find((known) => known === said["venue"]);
    const orientation = ORIENTATIONS.find((known) => known === (said["orientation"] ?? "same"));
    if (venue === undefined || orientation === undefined) throw bad("a market has a venue (kalshi, polymarket) and an orientation (same, opposite)");
    const expected = text("resolvesAt");
    const resolves = expected === undefined ? undefined : readTime(expected);
    if (resolves !== undefined && "problem" in resolves) throw bad(`resolvesAt ${resolves.why}`);
    const fees = feesOf(said["fees"]);
    if (fees === null) throw bad("fees have the keys type, multiplier, rate, category, and multiplier and rate are numbers as text");
    const [yesToken, noToken] = [text("yesToken"), text("noToken")];
    return { venue, market: text("market") ?? "", orientation, ...(yesToken === undefined ? {} : { yesToken }), ...(noToken === undefined ? {} : { noToken }), ...(resolves === undefined ? {} : { resolvesAtNs: resolves.ns }), ...(fees === undefined ? {} : { fees }) };
  });
}

/** Null for what is none. */
function feesOf(said: unknown): PairMarket["fees"] | null {
  if (said === undefined) return undefined;
  if (typeof said !== "object" || said === null) return null;
  const fees = said as Readonly<Record<string, unknown>>;
  for (const [key, value] of Object.entries(fees)) {
    if (typeof value !== "string") return null;
    if (key === "type" ? value !== "quadratic" && value !== "quadratic_with_maker_fees" : key === "category" ? false : !["multiplier", "rate"].includes(key) || isProblem(readDecimal(value)) || decimalOf(value).mantissa < 0n) return null;
  }
  return fees;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
