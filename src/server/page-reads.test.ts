import { afterEach, expect, test } from "vitest";
import { fillJson, Serving } from "../../test/service-kit.ts";

let serving: Serving;
afterEach(() => serving.close());
const get = async (path: string, token?: string) => (await serving.get(`/v1/${path}`, token === undefined ? {} : serving.bearer(token))) as unknown as [number, Record<string, never>];
const at = (seconds: number) => new Date(Date.UTC(2024, 6, 3, 9, 0, seconds)).toISOString().replace(".000Z", "Z");
const TOKENS = [{ name: "all", scopes: ["read", "write", "admin"] }, { name: "mine", scopes: ["read"], accounts: ["mine"] }] as const;

test("the overview says what the risk view says, and the limits that are nearest first", async () => {
  serving = await Serving.begin();
  await serving.post("/v1/events", [{ type: "deposit", currency: "USD", amount: "100000", timestamp: "2024-07-01" }]);
  await serving.post("/v1/fills", [fillJson("1", { quantity: "1", price: "60000" }), fillJson("2", { symbol: "ETH/USD", quantity: "1", price: "3000" }), fillJson("3", { symbol: "SOL/USD", quantity: "1", price: "100" })]);
  await serving.post("/v1/marks", [{ symbol: "BTC/USD", price: "61000", timestamp: at(0) }, { symbol: "ETH/USD", price: "3000", timestamp: at(0) }]);
  const [status, overview] = await get("overview");
  const [, { portfolio }] = await get("risk") as unknown as [number, { portfolio: Record<string, never> }];
  expect(status).toBe(200);
  const { equity, dayPnl, grossExposure, netExposure, pnl } = portfolio;
  expect(overview).toMatchObject({ currency: "USD", equity, dayPnl, grossExposure, netExposure, pnl, openPositions: 3, unvalued: 1, breaker: { state: "closed", reason: null, since: null } });
  await serving.post("/v1/marks", [{ symbol: "SOL/USD", price: "100", timestamp: at(0) }]);
  const [, { equity: known, limits, breached, near }] = await get("overview") as unknown as [number, { equity: string; breached: number; near: number; limits: { name: string; scope: string; value: number; breach: boolean | null; utilization: number | null }[] }];
  expect(known).toBe("101000");
  expect(limits[0]).toMatchObject({ name: "concentration_limit", scope: "position:default/BTC/USD", breach: true });
  expect(limits.filter(({ breach }) => breach === true).length).toBeLessThanOrEqual(breached);
  expect(near).toBe(0);
  const order = limits.map(({ breach, utilization }) => (breach === true ? 2 : utilization === null ? 0 : 1));
  expect(order).toEqual(order.toSorted((a, b) => b - a)); // what is not known comes last
});

test("a symbol that was renamed away, or lost its only fill, counts no longer", async () => {
  serving = await Serving.begin();
  await serving.post("/v1/fills", [fillJson("1", { quantity: "1", price: "100" }), fillJson("2", { symbol: "ETH/USD", quantity: "1", price: "50" })]);
  const marked = (symbol: string, price: string) => serving.post("/v1/marks", [{ symbol, price, timestamp: at(1) }]);
  await marked("BTC/USD", "120");
  await marked("ETH/USD", "50");
  expect((await get("overview"))[1]).toMatchObject({ grossExposure: "170", pnl: "20", openPositions: 2 });
  await serving.post("/v1/events", [{ type: "rename", symbol: "BTC/USD", to: "XBT/USD", timestamp: at(2) }]);
  await marked("XBT/USD", "120");
  expect((await get("overview"))[1]).toMatchObject({ grossExposure: "170", pnl: "20", openPositions: 2 });
  await serving.post("/v1/events", [{ type: "bust", account: "default", venue: "kraken", symbol: "ETH/USD", fill: "2" }]);
  expect((await get("overview"))[1]).toMatchObject({ grossExposure: "120", pnl: "20", openPositions: 1 });
  const [, { positions }] = await get("risk") as unknown as [number, { positions: { symbol: string }[] }];
  expect(positions.map(({ symbol }) => symbol)).toEqual(["XBT/USD"]);
});

test("a token of one account gets an overview of that account", async () => {
  serving = await Serving.begin({ tokens: TOKENS });
  await serving.post("/v1/fills", [fillJson("1", { account: "mine", quantity: "1", price: "100" }), fillJson("2", { account: "theirs", quantity: "5", price: "100" })], serving.bearer("all"));
  await serving.post("/v1/marks", [{ symbol: "BTC/USD", price: "200", timestamp: at(0) }], serving.bearer("all"));
  const [, mine] = await get("overview", "mine");
  expect(mine).toMatchObject({ grossExposure: "200", pnl: "100", openPositions: 1 });
  expect(JSON.stringify(mine)).not.toContain("theirs");
  expect((await get("overview", "all"))[1]).toMatchObject({ grossExposure: "1200", openPositions: 2 });
});

test("equity is told period by period, in exact texts", async () => {
  serving = await Serving.begin();
  await serving.post("/v1/events", [{ type: "deposit", currency: "USD", amount: "1000", timestamp: "2024-07-01" }]);
  await serving.post("/v1/fills", [fillJson("1", { quantity: "1", price: "100", timestamp: "2024-07-01T10:00:00Z" }), fillJson("2", { quantity: "1", price: "110.5", side: "sell", timestamp: "2024-07-02T10:00:00Z" })]);
  await serving.post("/v1/marks", [{ symbol: "BTC/USD", price: "105", timestamp: "2024-07-01T12:00:00Z" }]);
  const [, { points }] = await get("equity") as unknown as [number, { points: { begin: string; equity: string; pnl: string; capital: string }[] }];
  expect(points.map(({ begin, equity, pnl, capital }) => [begin, equity, pnl, capital])).toEqual([["2024-07-01T00:00:00Z", "1005", "5", "1000"], ["2024-07-02T00:00:00Z", "1010.5", "10.5", "1000"]]);
  const [, { points: later }] = await get("equity?from=2024-07-02&everySeconds=3600") as unknown as [number, { points: { begin: string }[] }];
  expect(later.map(({ begin }) => begin)).toContain("2024-07-02T10:00:00Z");
  expect(later.some(({ begin }) => begin < "2024-07-02")).toBe(false);
});

test("the newest history is the end of all of it, oldest first", async () => {
  serving = await Serving.begin();
  await serving.post("/v1/fills", Array.from({ length: 7 }, (_, i) => fillJson(`${i}`, { quantity: "1" })));
  const ids = async (query: string) => ((await get(`history?${query}`))[1] as unknown as { history: { id: string }[] }).history.map(({ id }) => id);
  expect(await ids("newest=true&limit=3")).toEqual(["4", "5", "6"]);
  expect(await ids("newest=true&limit=7")).toEqual(await ids("limit=7"));
  expect(await ids("newest=true&symbol=NONE")).toEqual([]);
});

test("marks of a symbol are told venue by venue, the newest ones, with the live one last", async () => {
  serving = await Serving.begin();
  await serving.post("/v1/fills", [fillJson("1")]);
  await serving.post("/v1/marks", [0, 60, 120].map((seconds) => ({ symbol: "BTC/USD", price: `${60_000 + seconds}.50`, timestamp: at(seconds) })));
  await serving.post("/v1/marks", [{ symbol: "BTC/USD", venue: "kraken", price: "7", timestamp: at(0) }]);
  const series = async (query: string) => ((await get(`marks?symbol=BTC%2FUSD${query}`))[1] as unknown as { series: { venue: string; marks: { time: string; price: string }[] }[] }).series;
  expect((await series("")).map(({ venue, marks }) => [venue, marks.map(({ price }) => price)])).toEqual([["", ["60000.5", "60060.5", "60120.5"]], ["kraken", ["7"]]]);
  expect((await series("&limit=1"))[0]!.marks).toEqual([{ time: at(120), price: "60120.5" }]);
  expect((await series(`&from=${at(60)}`))[0]!.marks.length).toBe(2);
  expect(await get("marks?symbol=NONE")).toMatchObject([200, { series: [] }]);
  expect((await get("marks"))[0]).toBe(400);
});

test("refusals are listed newest first with the row as it came, page by page, and to a token of its account alone", async () => {
  serving = await Serving.begin({ tokens: TOKENS });
  const all = serving.bearer("all");
  const [, { results }] = await serving.post("/v1/fills", [fillJson("1", { account: "mine" }), fillJson("2", { account: "theirs" }), fillJson("1", { account: "mine", quantity: "9" }), fillJson("2", { account: "theirs", quantity: "9" }), fillJson("1", { account: "mine", quantity: "8" })], all);
  expect(results.map(({ status }) => status)).toEqual(["accepted", "accepted", "refused", "refused", "refused"]);
  const page = async (query: string, token: string) => (await get(`refusals${query}`, token))[1] as unknown as { refusals: { seq: number; id: string; account: string; code: string; why: string; raw: string }[]; next: string | null };
  const { refusals, next } = await page("", "all");
  expect(refusals.map(({ account, id, code }) => [account, id, code])).toEqual([["mine", "1", "conflicting_fill"], ["theirs", "2", "conflicting_fill"], ["mine", "1", "conflicting_fill"]]);
  expect(next).toBeNull();
  expect(refusals[0]!.why).toContain("quantity 0.5, now 8");
  expect(refusals[0]!.raw).toContain('"8"');
  const first = await page("?limit=2", "all");
  expect(first.refusals).toEqual(refusals.slice(0, 2));
  expect((await page(`?limit=2&cursor=${first.next}`, "all")).refusals).toEqual(refusals.slice(2));
  expect((await page("", "mine")).refusals.map(({ account }) => account)).toEqual(["mine", "mine"]);
});

test("the state of the service, and its tokens without what would let anybody in", async () => {
  serving = await Serving.begin({ tokens: [...TOKENS, { name: "gone", scopes: ["read"], revokedNs: 1n }] });
  await serving.post("/v1/fills", [fillJson("1"), fillJson("1", { quantity: "9" })], serving.bearer("all"));
  const [, status] = await get("status", "all");
  expect(status).toMatchObject({ state: "ready", reason: null, seq: 3, durableSeq: 3, waiting: 0, journal: { segments: 1 }, stream: { clients: 0, lagEntries: 0, queuedBytes: 0 }, refused: [{ reason: "conflicting_fill", rows: 1 }] });
  const [, tokens] = await get("tokens", "all") as unknown as [number, { isRequired: boolean; tokens: { name: string; standing: string; accounts: string[] | null }[] }];
  expect(tokens.isRequired).toBe(true);
  expect(tokens.tokens.map(({ name, standing, accounts }) => [name, standing, accounts])).toEqual([["all", "valid", null], ["mine", "valid", ["mine"]], ["gone", "revoked", null]]);
  for (const secret of serving.tokens.values()) expect(JSON.stringify(tokens)).not.toContain(secret);
  expect(JSON.stringify(tokens)).not.toContain("hash");
  expect((await get("tokens", "mine"))[0]).toBe(403);
});
