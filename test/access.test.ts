import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Access } from "../src/server/access/principal.ts";
import { fillJson, Serving, StreamClient, until, type TokenMade } from "./service-kit.ts";

/** What an operation asks of who calls it, how it is called so that it works, and how with another account named. */
interface Asked {
  readonly access: Access;
  readonly isGlobal?: boolean; // of all accounts together: for tokens that are bound to none
  readonly path?: string;
  readonly body?: object;
  readonly foreign?: { readonly path?: string; readonly body?: object }; // names an account that is not the token's
}

/** A fill of a pair that is called as its account. */
function pairJson(account: string): object {
  return { id: "1", pairId: account, account, venue: "kalshi", symbol: "KXRAIN", side: "yes", quantity: "1", price: "0.4", fee: "0", timestamp: "2024-01-02" };
}

/** Every operation of the OpenAPI document, the page and the documentation. What is not here makes the first test fail. */
const OPERATIONS: Readonly<Record<string, Asked>> = {
  "GET /": { access: "open" },
  "GET /openapi.json": { access: "open" },
  "GET /docs": { access: "open" },
  "GET /web/index.html": { access: "open" },
  "GET /healthz": { access: "open" },
  "GET /readyz": { access: "open" },
  "GET /v1/access": { access: "known" },
  "GET /v1/status": { access: "read", isGlobal: true },
  "GET /v1/tokens": { access: "admin", isGlobal: true },
  "GET /v1/overview": { access: "read" },
  "GET /v1/equity": { access: "read", foreign: { path: "/v1/equity?account=theirs" } },
  "GET /v1/refusals": { access: "read" },
  "GET /v1/marks": { access: "read", path: "/v1/marks?symbol=BTC%2FUSD" },
  "GET /metrics": { access: "read", isGlobal: true },
  "GET /v1/positions": { access: "read", foreign: { path: "/v1/positions?account=theirs" } },
  "GET /v1/positions/{symbol}": { access: "read", path: "/v1/positions/BTC%2FUSD", foreign: { path: "/v1/positions/BTC/USD?account=theirs" } },
  "GET /v1/history": { access: "read", foreign: { path: "/v1/history?account=theirs" } },
  "GET /v1/trips": { access: "read", foreign: { path: "/v1/trips?account=theirs" } },
  "GET /v1/pnl": { access: "read", path: "/v1/pnl?by=account" },
  "GET /v1/attribution": { access: "read", path: "/v1/attribution?by=account,symbol" },
  "GET /v1/performance": { access: "read" },
  "POST /v1/performance": { access: "read", body: { weights: [{ symbol: "BTC/USD", weight: 1 }] } },
  "GET /v1/venues": { access: "read" },
  "GET /v1/stream": { access: "read" },
  "GET /v1/limits": { access: "read" },
  "PUT /v1/limits": { access: "admin", isGlobal: true, body: { maxVar: "5000" } },
  "GET /v1/risk": { access: "read", path: "/v1/risk?method=parametric", foreign: { path: "/v1/risk?account=theirs" } },
  "GET /v1/risk/stress": { access: "read", foreign: { path: "/v1/risk/stress?account=theirs" } },
  "GET /v1/risk/study": { access: "read", foreign: { path: "/v1/risk/study?account=theirs" } },
  "GET /v1/risk/limits": { access: "read", foreign: { path: "/v1/risk/limits?account=theirs" } },
  "POST /v1/check": { access: "read", body: { account: "mine", symbol: "BTC/USD", venue: "kraken", side: "buy", quantity: "1", price: "1" }, foreign: { body: { account: "theirs", symbol: "BTC/USD", venue: "kraken", side: "buy", quantity: "1", price: "1" } } },
  "GET /v1/breaker": { access: "read" },
  "POST /v1/breaker/trip": { access: "admin", isGlobal: true, body: { why: "of theirs" } },
  "POST /v1/breaker/reset": { access: "admin", isGlobal: true, body: { why: "of theirs" } },
  "POST /v1/prices": { access: "write", isGlobal: true, body: { date: "2024-01-02", symbol: "SPY", close: "470" } },
  "POST /v1/fills": { access: "write", body: fillJson("a", { account: "mine" }), foreign: { body: fillJson("b", { account: "theirs" }) } },
  "POST /v1/marks": { access: "write", isGlobal: true, body: { symbol: "BTC/USD", price: "60000" } },
  "POST /v1/instruments": { access: "write", isGlobal: true, body: { symbol: "PERP", kind: "perpetual", quote: "USD" } },
  "POST /v1/books": { access: "write", isGlobal: true, body: { type: "snapshot", venue: "kraken", symbol: "BTC/USD", timestamp: "2024-07-03T09:46:40Z", bids: [["1", "1"]], asks: [["2", "1"]] } },
  "GET /v1/liquidity": { access: "read" },
  "GET /v1/liquidity/{symbol}": { access: "read", path: "/v1/liquidity/BTC/USD" },
  "GET /v1/inventory/{symbol}": { access: "read", path: "/v1/inventory/BTC/USD", foreign: { path: "/v1/inventory/BTC/USD?account=theirs" } },
  "GET /v1/opportunities": { access: "read", foreign: { path: "/v1/opportunities?account=theirs" } },
  "POST /v1/events": { access: "write", body: { type: "deposit", account: "mine", currency: "USD", amount: "1", timestamp: "2024-01-01" }, foreign: { body: { type: "deposit", account: "theirs", currency: "USD", amount: "1", timestamp: "2024-01-01" } } },
  "GET /v1/pairs": { access: "read", foreign: { path: "/v1/pairs?account=theirs" } },
  "GET /v1/pairs/summary": { access: "read", foreign: { path: "/v1/pairs/summary?account=theirs" } },
  "GET /v1/pairs/fees": { access: "read", foreign: { path: "/v1/pairs/fees?account=theirs" } },
  "GET /v1/pairs/advice": { access: "read", foreign: { path: "/v1/pairs/advice?account=theirs" } },
  "GET /v1/pairs/{id}/advice": { access: "read", path: "/v1/pairs/mine/advice" },
  "POST /v1/pairs/reconcile": { access: "read", body: { venue: "kalshi", account: "mine", payloads: ['{"fills": []}'] }, foreign: { body: { venue: "kalshi", account: "theirs", payloads: ['{"fills": []}'] } } },
  "GET /v1/pairs/{id}": { access: "read", path: "/v1/pairs/mine" },
  "POST /v1/pairs/fills": { access: "write", body: pairJson("mine"), foreign: { body: pairJson("theirs") } },
  "POST /v1/pairs/{id}/close": { access: "write", path: "/v1/pairs/mine/close", body: {} },
  "POST /v1/pairs/{id}/settle": { access: "write", path: "/v1/pairs/mine/settle", body: { result: "yes" } },
};

const TOKENS: readonly TokenMade[] = [
  { name: "read", scopes: ["read"] },
  { name: "write", scopes: ["write"] },
  { name: "admin", scopes: ["admin"] },
  { name: "mine-read", scopes: ["read"], accounts: ["mine"] },
  { name: "mine-write", scopes: ["write"], accounts: ["mine"] },
  { name: "expired", scopes: ["read", "write", "admin"], expiresNs: 1_600_000_000_000_000_000n },
  { name: "revoked", scopes: ["read", "write", "admin"], revokedNs: 1n },
];

let serving: Serving;
/** One address may show so many wrong tokens a minute that there are more operations: each of their tests is some seconds later. */
const LATER_MS = 2_100;
let aheadMs = 0;
beforeAll(async () => {
  const now = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => now() + aheadMs);
  serving = await Serving.begin({ tokens: TOKENS });
  await serving.post("/v1/books", OPERATIONS["POST /v1/books"]!.body!, serving.bearer("write"));
  await serving.post("/v1/fills", [fillJson("1", { account: "mine" }), fillJson("2", { account: "theirs" }), fillJson("3")], serving.bearer("write"));
  await serving.post("/v1/pairs/fills", [pairJson("mine"), pairJson("theirs")], serving.bearer("write"));
});
afterAll(async () => {
  vi.restoreAllMocks();
  await serving.close();
});

interface Got {
  readonly status: number;
  readonly code: string | undefined;
  readonly text: string;
  readonly authenticate: string | null;
}

async function call(operation: string, token: string | undefined, { path, body }: { readonly path?: string; readonly body?: object } = {}): Promise<Got> {
  const [method, route] = operation.split(" ") as [string, string];
  const asked = OPERATIONS[operation]!;
  const sent = body ?? asked.body;
  const headers = { ...(token === undefined ? {} : serving.bearer(token)), ...(sent === undefined ? {} : { "content-type": "application/json" }) };
  const answer = await fetch(serving.url + (path ?? asked.path ?? route), { method, headers, redirect: "manual", ...(sent === undefined ? {} : { body: JSON.stringify(sent) }) });
  const text = await answer.text();
  const isProblem = answer.headers.get("content-type")?.startsWith("application/problem+json") === true;
  return { status: answer.status, code: isProblem ? (JSON.parse(text) as { code: string }).code : undefined, text, authenticate: answer.headers.get("www-authenticate") };
}

const allowed = expect.toSatisfy((status: number) => status < 400 || status === 426) as number; // 426: let in, and told that this is a WebSocket

/** What is served and stands in no documentation. */
const NOT_DOCUMENTED = ["GET /", "GET /openapi.json", "GET /docs", "GET /web/index.html"];

test("every operation that there is stands in the table, and the other way round", async () => {
  const { paths } = (await (await fetch(`${serving.url}/openapi.json`)).json()) as { paths: Readonly<Record<string, object>> };
  const documented = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  expect([...documented, ...NOT_DOCUMENTED].sort()).toEqual(Object.keys(OPERATIONS).sort());
});

test.each(Object.entries(OPERATIONS))("%s: no token, a wrong one, an expired one, a revoked one", async (operation, { access }) => {
  aheadMs += LATER_MS;
  for (const [token, code] of [[undefined, "token_missing"], [`fillbook_${"0".repeat(12)}_${"a".repeat(43)}`, "token_unknown"], ["expired", "token_expired"], ["revoked", "token_revoked"]] as const) {
    const got = await call(operation, token);
    if (access === "open") expect(got, token).toMatchObject({ status: allowed });
    else expect(got, token).toMatchObject({ status: 401, code, authenticate: expect.stringMatching(/^Bearer realm="fillbook"/) as string });
  }
});

test.each(Object.entries(OPERATIONS))("%s: with the scope that it asks for, and with each other one", async (operation, { access }) => {
  for (const scope of ["read", "write", "admin"] as const) {
    const got = await call(operation, scope);
    if (access === "open" || access === "known" || access === scope) expect(got, scope).toMatchObject({ status: allowed });
    else expect(got, scope).toMatchObject({ status: 403, code: "forbidden_scope", authenticate: expect.stringContaining(`scope="${access}"`) as string });
  }
});

test.each(Object.entries(OPERATIONS))("%s: with a token of one account", async (operation, { access, isGlobal = false, foreign }) => {
  const token = access === "write" ? "mine-write" : "mine-read";
  const own = await call(operation, token);
  expect(own).toMatchObject(access === "admin" ? { status: 403, code: "forbidden_scope" } : isGlobal ? { status: 403, code: "forbidden_account" } : { status: allowed });
  if (access !== "open") expect(own.text).not.toMatch(/theirs|"default"(?!})/); // by: "default" ends the answer of limits
  if (foreign === undefined) return;
  const got = await call(operation, token, foreign);
  expect(got).toMatchObject({ status: 403, code: "forbidden_account" });
  expect(got.text).not.toContain("theirs");
});

test("what is not there is not told to who shows no token", async () => {
  for (const path of ["/v1/nope", "/v1", "/docs2", "/web/../metrics", "/%761/positions", "//v1/positions", "/v1/positions/"]) {
    const answer = await fetch(serving.url + path);
    expect([path, answer.status]).toEqual([path, 401]);
  }
  expect((await serving.get("/v1/nope", serving.bearer("read")))[0]).toBe(404);
});

test("the stream: who is not let in gets no frame, whether the token comes as a header or as a protocol", async () => {
  for (const token of [undefined, "no-token", ...["expired", "revoked"].map((name) => serving.tokens.get(name)!)]) {
    const client = new StreamClient(serving, { token });
    await until("it is turned away", () => client.refused !== undefined);
    expect([client.refused, client.frames]).toEqual(["Unexpected server response: 401", []]);
  }
  const writer = new StreamClient(serving, { token: serving.tokens.get("write") });
  await until("it is turned away", () => writer.refused !== undefined);
  expect(writer.refused).toBe("Unexpected server response: 403");
  const reader = new StreamClient(serving, { token: serving.tokens.get("read") });
  await until("it has the book", () => reader.replica.seq !== undefined);
  expect(reader.socket.protocol).toBe("fillbook"); // and not the token
  reader.leave();
});

test("the stream: a token of one account gets that account, and none that it asks for beside", async () => {
  const mine = new StreamClient(serving, { token: serving.tokens.get("mine-read") });
  await until("it has its part of the book", () => mine.replica.seq !== undefined);
  expect(mine.replica.positions(0n).map(({ account }) => account)).toEqual(["mine"]);
  expect(mine.frames.join()).not.toMatch(/theirs|default/);
  const theirs = new StreamClient(serving, { token: serving.tokens.get("mine-read"), account: "theirs" });
  await until("it is turned away", () => theirs.closed !== undefined);
  expect([theirs.closed, theirs.frames.length, theirs.frames[0]]).toEqual([1008, 1, expect.stringContaining("Not allowed")]);
  expect(theirs.frames.join()).not.toContain("theirs");
  mine.leave();
});

test("rows that name no account are of the account default: a token bound to another one cannot write them", async () => {
  const rows = [fillJson("own", { account: "mine" }), fillJson("none"), fillJson("theirs", { account: "theirs" })];
  expect(await serving.post("/v1/fills", rows, serving.bearer("mine-write"))).toMatchObject([207, { results: [{ status: "accepted" }, { status: "refused", reason: expect.stringMatching(/^forbidden_account: /) as string }, { status: "refused" }] }]);
  expect(await serving.post("/v1/fills", fillJson("none"), serving.bearer("mine-write"))).toMatchObject([403, { code: "forbidden_account" }]);
  const events = [
    { type: "bust", venue: "kraken", symbol: "BTC/USD", fill: "3" }, { type: "amend", account: "theirs", venue: "kraken", symbol: "BTC/USD", fill: "2", price: "1" }, { type: "configure", method: "fifo" },
    { type: "settlement", symbol: "BTC/USD", price: "1", timestamp: "2024-02-01" }, { type: "split", symbol: "BTC/USD", ratio: "2", timestamp: "2024-02-01" }, { type: "rename", symbol: "BTC/USD", to: "XBT", timestamp: "2024-02-01" },
    { type: "funding", venue: "kraken", symbol: "BTC/USD", amount: "1", timestamp: "2024-02-01" }, { type: "withdrawal", account: "theirs", currency: "USD", amount: "1", timestamp: "2024-02-01" },
  ];
  for (const event of [{ type: "trip", by: "hand", who: "me", why: "so", timestamp: "2024-02-01" }, { type: "breach", is: "begun", limit: "max_var", scope: "account:mine", account: "mine", timestamp: "2024-02-01" }]) {
    for (const token of ["mine-write", "write"]) expect(await serving.post("/v1/events", event, serving.bearer(token)), event.type).toMatchObject([207, { results: [{ status: "refused", reason: expect.stringContaining("forbidden_scope") as string }] }]);
  }
  for (const event of events) expect(await serving.post("/v1/events", event, serving.bearer("mine-write")), event.type).toMatchObject([403, { code: "forbidden_account" }]);
  const [status, { results }] = await serving.post("/v1/events", [...events, { type: "bust", account: "mine", venue: "kraken", symbol: "BTC/USD", fill: "own" }], serving.bearer("mine-write"));
  expect([status, ...results.map((one) => one.status)]).toEqual([207, ...events.map(() => "refused"), "accepted"]);
  expect(results.map(({ reason }) => reason).join()).not.toContain("theirs");
});

test("an answer is for whoever asked, and for nobody else that a cache might give it to", async () => {
  const positions = (token: string, headers = {}) => fetch(`${serving.url}/v1/positions`, { headers: { ...serving.bearer(token), ...headers } });
  const all = await positions("read");
  expect(all.headers.get("cache-control")).toBe("private, no-cache");
  expect(all.headers.get("vary")?.toLowerCase()).toContain("authorization");
  const mine = await positions("mine-read", { "if-none-match": all.headers.get("etag")! });
  expect(mine.status).toBe(200); // the same entry, and another book
  expect((await positions("mine-read", { "if-none-match": mine.headers.get("etag")! })).status).toBe(304);
});

test("readiness is told to anybody, and no more than that", async () => {
  expect(await serving.get("/readyz")).toEqual([200, { ready: true, state: "ready" }]);
  expect(await serving.get("/readyz", serving.bearer("mine-read"))).toEqual([200, { ready: true, state: "ready" }]);
  expect(await serving.get("/readyz", serving.bearer("write"))).toMatchObject([200, { currency: "USD", seq: expect.any(Number) as number }]);
  expect(await serving.get("/v1/access", serving.bearer("mine-read"))).toEqual([200, { name: "mine-read", scopes: ["read"], accounts: ["mine"], expiresAt: null }]);
});
