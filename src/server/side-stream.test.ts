import { afterEach, expect, test } from "vitest";
import { decimal } from "../../test/ladders.ts";
import { fillJson, Serving, StreamClient, until, type ServingOptions } from "../../test/service-kit.ts";
import { SymbolMap, TakerFees, TransferCosts } from "../core/market/index.ts";
import { zero } from "../core/num/index.ts";
import { Replica } from "../core/wire/index.ts";
import { SideStream } from "./hub/side-stream.ts";

let serving: Serving;
afterEach(() => serving.close());

const markets = { rules: new SymbolMap([]), fees: new TakerFees(["a", "b"].map((venue) => ({ venue, fromUs: Number.NEGATIVE_INFINITY, rate: decimal("0.001") }))), maxAgeUs: 3_600_000_000, minBasisPoints: zero, minNetProfit: zero, transferCosts: new TransferCosts([]), marks: false };
const begin = async (options: ServingOptions = {}) => (serving = await Serving.begin({ tickMs: 2, markets, ...options }));
const ladder = (venue: string, bid: string, ask: string) => ({ type: "snapshot", venue, symbol: "BTC/USD", timestamp: "2024-07-03T09:46:40Z", bids: [[bid, "5"]], asks: [[ask, "5"]] });
const follow = (channels: readonly string[], more: object = {}) => new StreamClient(serving, { replica: new Replica({ channels }), ...more });
const pairRow = (pairId: string, account: string) => ({ id: pairId, pairId, account, venue: "kalshi", symbol: `KX${pairId}`, side: "buy", outcome: "no", quantity: "2", price: "0.5", fee: "0.04", timestamp: "2024-02-01" });

test("opportunities and the market that was named come as they begin, change and end; who did not ask hears nothing of them", async () => {
  await begin();
  const client = follow(["opportunities", "liquidity:BTC/USD", "liquidity:ETH/USD"]);
  const other = new StreamClient(serving);
  await serving.post("/v1/books", [ladder("a", "99", "100"), ladder("b", "102", "103")]);
  await until("it lives", () => client.replica.channel("opportunities").length === 1);
  expect(client.replica.channel("opportunities")).toMatchObject([{ kind: "cross", buyVenue: "a", sellVenue: "b", netProfit: "8.99", usesInventory: false }]);
  await until("the market is told", () => client.replica.channel("liquidity:BTC/USD").length === 1);
  expect(client.replica.channel("liquidity:BTC/USD")).toMatchObject([{ symbol: "BTC/USD", best: { bid: { price: "102" }, ask: { price: "100" } } }]);
  await serving.post("/v1/books", ladder("b", "101", "103"));
  await until("it is smaller", () => (client.replica.channel("opportunities")[0] as { netProfit?: string } | undefined)?.netProfit === "3.995");
  await serving.post("/v1/books", ladder("b", "99", "103"));
  await until("it is over", () => client.replica.channel("opportunities").length === 0);
  expect(client.replica.channel("liquidity:ETH/USD")).toEqual([]);
  const told = client.frames.map((text) => JSON.parse(text) as { channel?: string; all?: true; changes?: object[] }).filter(({ channel }) => channel === "opportunities");
  expect([told[0], told.at(-1)]).toMatchObject([{ all: true }, { changes: [{ key: "cross|BTC/USD|a|BTC/USD|b|BTC/USD", removed: true }] }]);
  expect(told.length).toBeLessThan(8); // an age that goes on is not told
  expect(other.frames.some((text) => text.includes("channel"))).toBe(false);
  for (const one of [client, other]) one.leave();
});

test("pairs come with their figures, those of an account to who asks for it or is bound to it", async () => {
  await begin({ tokens: [{ name: "all", scopes: ["read", "write"] }, { name: "mine", scopes: ["read"], accounts: ["mine"] }] });
  const all = serving.bearer("all");
  await serving.post("/v1/pairs/fills", [pairRow("P1", "mine"), pairRow("P2", "theirs")], all);
  const idsOf = (client: StreamClient) => client.replica.channel("pairs").map((row) => row["pairId"]);
  const whole = follow(["pairs"], { token: serving.tokens.get("all") });
  const mine = follow(["pairs"], { token: serving.tokens.get("mine") });
  await until("both are told", () => idsOf(whole).length === 2 && idsOf(mine).length === 1);
  expect(idsOf(mine)).toEqual(["P1"]);
  expect(whole.replica.channel("pairs")[0]).toMatchObject({ key: "P1", costCents: "104", status: "open" });
  await serving.post("/v1/pairs/P1/settle", { venue: "kalshi", result: "no" }, all);
  await until("it is closed", () => [whole, mine].every((one) => one.replica.channel("pairs").some((row) => row["pairId"] === "P1" && row["status"] === "closed")));
  await until("the book came along", () => whole.replica.seq === serving.service.seq);
  for (const one of [whole, mine]) one.leave();
});

test("venues come once they are folded, and are not for a token that is bound to accounts", async () => {
  await begin({ tokens: [{ name: "all", scopes: ["read", "write"] }, { name: "mine", scopes: ["read"], accounts: ["mine"] }] });
  await serving.post("/v1/fills", fillJson("1", { venue: "kraken", symbol: "BTC/USD", quantity: "1", price: "10", latencyMs: "40" }), serving.bearer("all"));
  const client = follow(["venues"], { token: serving.tokens.get("all") });
  await until("they are told", () => client.replica.channel("venues").length === 1);
  expect(client.replica.channel("venues")).toMatchObject([{ key: "kraken", venue: "kraken", fills: 1, latencyMs: { p95: 40 } }]);
  const bound = follow(["venues"], { token: serving.tokens.get("mine") });
  await until("it is refused", () => bound.failure !== undefined);
  expect(String(bound.failure)).toContain("venues are of all accounts together");
  client.leave();
});

test("a client that is slow gets nothing until it has taken what it was sent, and then each row once, as it is then", async () => {
  await begin();
  let price = 0;
  const source = { passing: [], rows: () => [{ key: "a", row: { price } }, ...(price % 2 === 0 ? [{ key: "even", row: {} }] : [])] };
  const side = new SideStream({ sources: new Map([["opportunities", () => source]]), clock: serving.clock, tickMs: 1, mostQueuedBytes: 10, onError: (error) => { throw error; } });
  const slow = { bufferedAmount: 0, frames: [] as { all?: true; changes: object[] }[], send: (frame: Buffer) => void slow.frames.push(JSON.parse(frame.toString()) as (typeof slow.frames)[number]), close: () => undefined };
  const quick = { ...slow, frames: [] as typeof slow.frames, send: (frame: Buffer) => void quick.frames.push(JSON.parse(frame.toString()) as (typeof slow.frames)[number]) };
  const wants = { since: undefined, run: undefined, account: undefined, format: "rows" as const, channels: ["opportunities"] };
  const ends = [side.watch(slow, wants, undefined), side.watch(quick, wants, undefined)];
  await until("both have it", () => slow.frames.length === 1 && quick.frames.length === 1);
  expect(slow.frames).toMatchObject([{ all: true, changes: [{ key: "a", price: 0 }, { key: "even" }] }]);
  slow.bufferedAmount = 100;
  for (const next of [1, 2, 3]) {
    price = next;
    await until("the quick one has it", () => quick.frames.length === 1 + next);
  }
  expect(slow.frames).toHaveLength(1);
  slow.bufferedAmount = 0;
  await until("the slow one has the last", () => slow.frames.length === 2);
  expect(slow.frames[1]).toMatchObject({ changes: [{ key: "even", removed: true }, { key: "a", price: 3 }] });
  expect(slow.frames[1]).not.toHaveProperty("all");
  ends.forEach((end) => end());
  side.close();
});
