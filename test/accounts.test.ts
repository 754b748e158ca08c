import fc from "fast-check";
import { expect, test } from "vitest";
import { formatTime, LIQUIDITIES, type Fill } from "../src/core/model/index.ts";
import { formatDecimal } from "../src/core/num/index.ts";
import { anyFill } from "./acts.ts";
import { Serving, StreamClient, until } from "./service-kit.ts";

const ACCOUNTS = ["alpha-desk", "beta-desk", "gamma-desk", "default"] as const;
type Account = (typeof ACCOUNTS)[number];

/** A post of a random day: of one account, or of all of them. */
interface Post {
  readonly path: "fills" | "events" | "marks" | "instruments";
  readonly account: Account | undefined; // undefined: it is of every one
  readonly row: Readonly<Record<string, unknown>>;
}

const account = fc.constantFrom(...ACCOUNTS);
const symbol = fc.constantFrom("ETH/USD", "PERP", "AAPL", "BNB/EUR");
const venue = fc.constantFrom("x", "y");
const timestamp = fc.integer({ min: 1, max: 500 }).map((s) => formatTime(BigInt(s) * 1_000_000_000n));
const amount = fc.integer({ min: 1, max: 5000 }).map((n) => `${n / 10}`);
const named = (of: Account) => (of === "default" ? {} : { account: of }); // who names none means default

function fillRow(fill: Fill): Record<string, unknown> {
  const { id, venue: v, symbol: s, quantity, price, fee, feeCurrency, time, venueType, strategy, signalId } = fill;
  const row = { id, venue: v, symbol: s, side: quantity.mantissa > 0n ? "buy" : "sell", quantity: formatDecimal(quantity).replace("-", ""), price: formatDecimal(price), fee: formatDecimal(fee), feeCurrency, timestamp: formatTime(time.ns), venueType, strategy, signalId, liquidity: LIQUIDITIES[0] };
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== ""));
}

const anyPost: fc.Arbitrary<Post> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(account, anyFill, symbol).map(([of, fill, s]): Post => ({ path: "fills", account: of, row: { ...fillRow({ ...fill, symbol: s }), ...named(of) } })) },
  {
    weight: 4,
    arbitrary: fc.tuple(account, symbol, venue, timestamp, amount, fc.nat(40)).chain(([of, s, v, at, n, id]) =>
      fc.constantFrom<Record<string, unknown>>(
        { type: "funding", venue: v, symbol: s, timestamp: at, amount: n }, { type: "deposit", currency: "USD", amount: n, timestamp: at }, { type: "deposit", venue: v, symbol: s, quantity: n, cost: "10", timestamp: at },
        { type: "bust", venue: v, symbol: s, fill: `t${id}` }, { type: "amend", venue: v, symbol: s, fill: `t${id}`, price: n }, { type: "configure", method: "fifo" }, { type: "settlement", symbol: s, price: n, timestamp: at, account: of },
      ).map((row): Post => ({ path: "events", account: of, row: { ...row, ...named(of) } })),
    ),
  },
  { weight: 2, arbitrary: fc.tuple(symbol, amount, timestamp).map(([s, price, at]): Post => ({ path: "marks", account: undefined, row: { symbol: s, price, timestamp: at } })) },
  { weight: 1, arbitrary: fc.constantFrom("2", "1/2").chain((ratio) => timestamp.map((at): Post => ({ path: "events", account: undefined, row: { type: "split", symbol: "AAPL", ratio, timestamp: at } }))) },
  { weight: 1, arbitrary: fc.constant<Post>({ path: "instruments", account: undefined, row: { symbol: "PERP", kind: "perpetual", quote: "USD", multiplier: "2.5" } }) },
);

const READS = [
  "/v1/positions?summary=true", "/v1/positions?status=open", "/v1/positions/ETH/USD", "/v1/positions?at=1970-01-01T00:05:00Z", "/v1/history", "/v1/history?symbol=PERP", "/v1/trips", "/v1/trips?venue=x",
  "/v1/pnl?by=account", "/v1/pnl?by=symbol", "/v1/pnl?by=venue&view=exit", "/v1/pnl?by=strategy&view=tax", "/v1/pnl?by=symbol&at=1970-01-01T00:05:00Z",
];

/** An answer without what counts entries: numbers of entries are those of the whole journal. */
function shown(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body, (key, value: unknown) => (["seq", "next", "kept"].includes(key) ? undefined : typeof value === "string" ? value.replace(/entry \d+/, "an entry") : value)));
}

interface Seen {
  readonly answers: Readonly<Record<string, unknown>>;
  readonly stream: unknown;
  readonly bytes: string;
}

/** All that a token sees. */
async function seenBy(serving: Serving, token: string | undefined): Promise<Seen> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answers: Record<string, unknown> = {};
  let bytes = "";
  for (const path of READS) {
    const answer = await fetch(serving.url + path, { headers });
    const text = await answer.text();
    bytes += `${path}\n${JSON.stringify([...answer.headers])}\n${text}\n`;
    answers[path] = shown(JSON.parse(text));
  }
  const client = new StreamClient(serving, { token });
  await until("it has the book", () => client.replica.seq !== undefined);
  const stream = client.replica.positions(serving.clock.nowNs());
  client.leave();
  return { answers, stream: shown(stream), bytes: bytes + client.frames.join("\n") };
}

test("what a bound token sees is what a book of its accounts alone would show, and no byte names another one", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyPost, { minLength: 5, maxLength: 40, size: "max" }), fc.uniqueArray(account, { minLength: 1, maxLength: 2 }), async (posts, bound) => {
      const tokens = [{ name: "all", scopes: ["read", "write"] as const }, { name: "bound", scopes: ["read", "write"] as const, accounts: bound }];
      const shared = await Serving.begin({ tokens, tickMs: 2 });
      const alone = await Serving.begin({ tickMs: 2 });
      try {
        const follower = new StreamClient(shared, { token: shared.tokens.get("bound") });
        await until("it follows", () => follower.replica.seq !== undefined);
        let answered = "";
        const held = [...new Set([...bound, "gamma-desk"])].map((of, i): Post => ({ path: "fills", account: of as Account, row: { id: `held${i}`, venue: "x", symbol: "AAPL", side: "buy", quantity: "1024", price: "3", timestamp: "1970-01-01", account: of } })); // so that a split is of something in both books
        for (const { path, account: of, row } of [...held, ...posts]) {
          const isOwn = of !== undefined && bound.includes(of);
          const [status, answer] = await shared.post(`/v1/${path}`, row, shared.bearer(isOwn ? "bound" : "all"));
          if (isOwn) answered += JSON.stringify(answer);
          if (!isOwn && of !== undefined) expect(await shared.post(`/v1/${path}`, row, shared.bearer("bound"))).toMatchObject([403, { code: "forbidden_account" }]);
          if (!isOwn && of !== undefined) continue;
          if (of === undefined && answer.results[0]?.status === "refused") continue; // another account's position is in its way
          const [lone, same] = await alone.post(`/v1/${path}`, row);
          if (isOwn) expect([lone, shown(same)]).toEqual([status, shown(answer)]);
          else expect(same.results[0]?.status).not.toBe("refused");
        }
        const [seen, wanted] = [await seenBy(shared, shared.tokens.get("bound")), await seenBy(alone, undefined)];
        expect(seen.answers).toEqual(wanted.answers);
        expect(seen.stream).toEqual(wanted.stream);
        await until("the follower has it all", () => follower.replica.seq === shared.service.seq);
        await until("the follower has marks too", () => JSON.stringify(shown(follower.replica.positions(shared.clock.nowNs()))) === JSON.stringify(seen.stream));
        follower.leave();
        const bytes = seen.bytes + answered + follower.frames.join("\n");
        for (const other of ACCOUNTS) if (!bound.includes(other)) expect(bytes.includes(`"${other}"`) || (other !== "default" && bytes.includes(other)), `${other} is named`).toBe(false);
      } finally {
        await shared.close();
        await alone.close();
      }
    }),
    { numRuns: 3, endOnFailure: true },
  );
}, 240_000);

test("a refusal of one account says nothing of a fill of another, though id, venue and symbol are the same", async () => {
  const serving = await Serving.begin({ tokens: [{ name: "all", scopes: ["write"] }, { name: "bound", scopes: ["read", "write"], accounts: ["beta-desk"] }] });
  try {
    const fill = { id: "same", venue: "x", symbol: "ABC", side: "buy", quantity: "7", price: "123.456", timestamp: "2024-01-01" };
    await serving.post("/v1/fills", { ...fill, account: "alpha-desk" }, serving.bearer("all"));
    expect(await serving.post("/v1/fills", { ...fill, quantity: "8", account: "beta-desk" }, serving.bearer("bound"))).toMatchObject([200, { results: [{ status: "accepted" }] }]);
    const [, refused] = await serving.post("/v1/fills", { ...fill, quantity: "9", account: "beta-desk" }, serving.bearer("bound"));
    expect(refused.results[0]!.reason).toMatch(/conflicting_fill.*quantity 8/);
    expect(JSON.stringify(refused)).not.toMatch(/alpha|quantity 7/);
    const [, unknown] = await serving.post("/v1/events", { type: "settlement", account: "beta-desk", symbol: "OTHER", price: "1", timestamp: "2024-01-02" }, serving.bearer("bound"));
    await serving.post("/v1/fills", { ...fill, symbol: "OTHER", account: "alpha-desk" }, serving.bearer("all"));
    const [, again] = await serving.post("/v1/events", { type: "settlement", account: "beta-desk", symbol: "OTHER", price: "1", timestamp: "2024-01-02" }, serving.bearer("bound"));
    expect(again.results).toEqual(unknown.results);
  } finally {
    await serving.close();
  }
});
