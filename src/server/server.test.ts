import { fdatasync, fdatasyncSync, ftruncateSync, writeSync } from "node:fs";
import { request } from "node:http";
import { afterEach, expect, test } from "vitest";
import { fillJson, Serving, until, type Answer, type ServingOptions } from "../../test/service-kit.ts";
import { pnlBy, positionsOf } from "../core/book/index.ts";
import { HistoryObserver, type HistoryRow } from "../core/engine/index.ts";
import { realDisk, type Disk } from "../journal/index.ts";
import { readBook } from "../runtime/index.ts";

let serving: Serving;
afterEach(() => serving.close());
const begin = async (options: ServingOptions = {}) => (serving = await Serving.begin(options));
const statuses = (body: Answer) => body.results.map(({ status }) => status).join();
const lines = (...rows: unknown[]) => rows.map((row) => `${typeof row === "string" ? row : JSON.stringify(row)}\n`).join("");
const ndjson = { "content-type": "application/x-ndjson" };
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test("fills come one by one, as a list, under a key and as lines; each row is answered", async () => {
  await begin();
  expect(await serving.post("/v1/fills", fillJson("1"))).toMatchObject([200, { results: [{ index: 0, status: "accepted", seq: 2, reason: null }], seq: 2 }]);
  expect(await serving.post("/v1/fills", [fillJson("1"), fillJson("2")])).toMatchObject([200, { results: [{ index: 0, status: "duplicate", seq: 2 }, { index: 1, status: "accepted", seq: 3 }], seq: 3 }]);
  expect(await serving.post("/v1/fills", { fills: [fillJson("3", { venue_type: "cex" })] })).toMatchObject([200, { results: [{ status: "accepted", seq: 4 }] }]);
  const [status, body] = await serving.post("/v1/fills", lines(fillJson("4"), fillJson("1", { price: "1" }), "{", { ...fillJson("5"), quantity: "NaN" }, { ...fillJson("6"), sighnal: 1 }), ndjson);
  expect(status).toBe(207);
  expect(statuses(body)).toBe("accepted,refused,refused,refused,refused");
  expect(body.results[1]!.reason).toMatch(/^conflicting_fill: /);
  expect(body.results[3]!.reason).toMatch(/^quantity: "NaN" is not a plain number/);
  expect(body.results[4]!.reason).toMatch(/sighnal/);
  expect(await serving.post("/v1/fills", lines(fillJson("4"), "{"), { ...ndjson, prefer: "return=minimal" })).toMatchObject([207, { accepted: 0, duplicates: 1, refused: 1, results: [{ index: 1, status: "refused" }] }]);
});

test("a body that is not what it says is answered with a problem, and nothing of it is booked", async () => {
  await begin({ mostBytes: 2_000 });
  const problem = async (body: string, headers = {}) => {
    const answer = await serving.send("/v1/fills", body, headers);
    const { status } = answer;
    const { code, status: told, detail } = (await answer.json()) as { code: string; status: number; detail: string };
    expect(answer.headers.get("content-type")).toMatch("application/problem+json");
    expect(told).toBe(status);
    expect(detail.length).toBeGreaterThan(10);
    return `${status} ${code}`;
  };
  expect(await problem(`[${JSON.stringify(fillJson("1"))}, {"id": `)).toBe("400 not_json");
  expect(await problem(`[${JSON.stringify(fillJson("1"))}, nonsense]`)).toBe("400 not_json");
  expect(await problem("")).toBe("400 not_json");
  expect(await problem("just words\n", ndjson)).toBe("400 not_json");
  expect(await problem(JSON.stringify(fillJson("1")), { "content-type": "text/csv" })).toBe("415 unsupported_media_type");
  expect(await problem(JSON.stringify(fillJson("1")), { "content-encoding": "gzip" })).toBe("415 unsupported_media_type");
  expect(await problem(JSON.stringify(fillJson("1")), { "fillbook-acknowledge": "maybe" })).toBe("400 bad_request");
  expect(await problem(JSON.stringify(Array.from({ length: 40 }, (_, i) => fillJson(`${i}`))))).toBe("413 too_large");
  expect(serving.service.seq).toBe(0);
});

test("lines are decided while the rest still comes; what a client that breaks off has sent stays, and posting it again gives duplicates", async () => {
  await begin();
  const rows = Array.from({ length: 20_000 }, (_, i) => fillJson(`f${i}`));
  const post = request(`${serving.url}/v1/fills`, { method: "POST", headers: ndjson });
  post.on("error", () => undefined);
  post.write(lines(...rows));
  await until("the first rows are booked", () => serving.service.seq > 8_000);
  post.destroy();
  await until("what was under way is booked", async () => serving.service.waiting === 0 && (await serving.service.read(() => true)));
  const taken = serving.service.seq - 1; // what was read may still come
  const [status, body] = await serving.post("/v1/fills", lines(...rows), ndjson);
  expect(status).toBe(200);
  expect(body.results.filter((row) => row.status === "duplicate").length).toBeGreaterThanOrEqual(taken);
  expect(body.results.length).toBe(20_000);
  expect([body.results[19_999]!.index, serving.service.seq]).toEqual([19_999, 20_001]);
  expect((await serving.get("/v1/positions"))[1].positions[0]!.numTrades).toBe(20_000);
});

test("definitions, marks and events are taken by the names of the files, in snake_case and camelCase", async () => {
  await begin();
  expect(await serving.post("/v1/instruments", [{ symbol: "PERP", kind: "perpetual", quote: "USD", multiplier: 0.1, priceIncrement: "0.5" }, { symbol: "X", kind: "nothing", quote: "USD" }])).toMatchObject([207, { results: [{ index: 0, status: "accepted" }, { index: 1, status: "refused", reason: (expect.stringMatching(/^kind: /) as string) }] }]);
  expect(await serving.post("/v1/instruments", lines({ symbol: "PERP", kind: "perpetual", quote: "USD", multiplier: "0.1", price_increment: "0.5" }), ndjson)).toMatchObject([200, { results: [{ status: "duplicate" }] }]);
  await serving.post("/v1/fills", fillJson("1", { symbol: "PERP", price: "100" }));
  expect(await serving.post("/v1/marks", { marks: [{ symbol: "PERP", price: "110" }] })).toMatchObject([200, { results: [{ status: "accepted" }], kept: 1 }]);
  expect((await serving.get("/v1/positions/PERP"))[1].positions[0]).toMatchObject({ markPrice: "110", unrealizedPnl: "0.5" });
  expect(await serving.post("/v1/events", [{ type: "funding", venue: "kraken", symbol: "PERP", timestamp: "2024-02-01", amount: "-1.5" }, { type: "bust", venue: "kraken", symbol: "PERP", fill: "none" }])).toMatchObject([207, { results: [{ status: "accepted" }, { status: "refused", reason: (expect.stringMatching(/unknown_fill/) as string) }] }]);
  expect((await serving.get("/v1/positions?symbol=PERP&summary=true"))[1]).toMatchObject({ positions: [{ funding: "-1.5" }], summary: { openPositions: 1 } });
  expect(await serving.post("/v1/marks", "{")).toMatchObject([400, { code: "not_json" }]);
});

test("a mark of a time that has not come is refused and values nothing; a fill of one is booked, and warned of, once", async () => {
  await begin({ marksMaxAgeNs: 60_000_000_000n });
  const future = fillJson("2", { timestamp: "2099-01-01" });
  expect(await serving.post("/v1/fills", [fillJson("1"), future])).toMatchObject([200, { results: [{ status: "accepted", reason: null }, { status: "accepted", seq: 3, warning: (expect.stringMatching(/^future_time: dated 2099/) as string) }] }]);
  const [, minimal] = await serving.post("/v1/fills", lines(fillJson("3"), fillJson("4", { timestamp: "2098-01-01" }), future), { ...ndjson, prefer: "return=minimal" });
  expect(minimal).toMatchObject({ accepted: 2, duplicates: 1, results: [{ index: 1, warning: (expect.stringMatching(/^future_time/) as string) }] });
  expect(minimal.results).toHaveLength(1);
  expect(serving.logged.join("")).toMatch('"ahead":1');
  const [status, { results }] = await serving.post("/v1/marks", [{ symbol: "BTC/USD", price: "70000", timestamp: "2099-01-01" }, { symbol: "BTC/USD", price: "65000" }]);
  expect([status, results]).toMatchObject([207, [{ status: "refused", reason: (expect.stringMatching(/^timestamp: future_time: dated 2099-01-01T00:00:00Z, and the clock here says/) as string) }, { status: "accepted" }]]);
  serving.clock.ns += 30_000_000_000n;
  expect((await serving.get("/v1/positions"))[1].positions[0]).toMatchObject({ markPrice: "65000", markAge: 30 });
  serving.clock.ns += 31_000_000_000n;
  expect((await serving.get("/v1/positions"))[1].positions[0]).toMatchObject({ markPrice: null });
  await serving.post("/v1/events", { type: "funding", venue: "kraken", symbol: "BTC/USD", timestamp: "2098-02-01", amount: "1" }).then(([, body]) => expect(body.results[0]).toMatchObject({ status: "accepted", warning: (expect.stringMatching(/^future_time/) as string) }));
  expect(readBook(serving.dataDir, {}).book.venueRowsWhere(() => true)).toHaveLength(1); // what was taken is taken, whatever a clock says at a replay
});

test("a repeat whose other columns differ is a duplicate with a warning, in the request that said it and in no other", async () => {
  await begin();
  await serving.post("/v1/fills", fillJson("1", { strategy: "a" }));
  const other = fillJson("1", { strategy: "b" });
  const answers = await Promise.all([[fillJson("2"), other], [fillJson("1", { strategy: "a" })], [fillJson("3"), fillJson("4"), other]].map((rows) => serving.post("/v1/fills", rows)));
  expect(answers.map(([status, { results }]) => [status, results.map((row) => [row.status, row.warning])])).toEqual([
    [200, [["accepted", undefined], ["duplicate", DIFFERS]]],
    [200, [["duplicate", undefined]]],
    [200, [["accepted", undefined], ["accepted", undefined], ["duplicate", DIFFERS]]],
  ]);
});
const DIFFERS = "other_columns: a column beside the fill's content (strategy, order_id, …) differs from that of entry 2: the first stays";

const SYMBOLS = ["BTC/USD", "ETH/USD", "ABC"];
async function someFills(): Promise<void> {
  const rows = Array.from({ length: 60 }, (_, i) => fillJson(`f${i}`, { symbol: SYMBOLS[i % 3], side: i % 4 === 1 ? "sell" : "buy", quantity: `${1 + (i % 3)}`, price: `${100 + i}`, account: i % 2 === 0 ? "a" : "b", strategy: `s${i % 2}`, timestamp: `2024-01-${String(1 + (i % 28)).padStart(2, "0")}` }));
  await serving.post("/v1/fills", [...rows, fillJson("end", { account: "a", symbol: "ABC", side: "sell", quantity: "7", price: "1" })]);
  await serving.post("/v1/marks", [{ symbol: "ABC", price: "120", timestamp: "2024-01-10" }]);
}

test("positions are those of the book: filtered, page by page, now and then", async () => {
  await begin();
  await someFills();
  const moment = { nowNs: serving.clock.nowNs() };
  const all = json(await serving.service.read(({ book }) => positionsOf(book, moment))) as unknown[];
  expect((await serving.get("/v1/positions"))[1]).toMatchObject({ seq: serving.service.seq, positions: all, next: null });
  const paged: unknown[] = [];
  for (let cursor = ""; ; ) {
    const [, page] = await serving.get(`/v1/positions?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
    paged.push(...page.positions);
    if (page.next === null) break;
    cursor = page.next;
  }
  expect(paged).toEqual(all);
  for (const path of ["/v1/positions/BTC/USD", "/v1/positions/BTC%2FUSD", "/v1/positions?symbol=BTC%2FUSD"]) expect((await serving.get(path))[1].positions).toEqual(all.filter((one) => (one as { symbol: string }).symbol === "BTC/USD"));
  expect((await serving.get("/v1/positions?status=closed&account=b"))[1].positions).toEqual(all.filter((one) => (one as { status: string; account: string }).status === "closed" && (one as { account: string }).account === "b"));
  const past = readBook(serving.dataDir, { currency: "USD", untilSeq: 20 });
  expect((await serving.get("/v1/positions?seq=20"))[1]).toMatchObject({ seq: 20, positions: json(positionsOf(past.book, { nowNs: past.timeNs! })) });
  const atNs = BigInt(Date.UTC(2024, 0, 9)) * 1_000_000n;
  expect((await serving.get("/v1/positions?at=2024-01-09&account=a"))[1].positions).toEqual(json(positionsOf(readBook(serving.dataDir, { currency: "USD", atNs }).book, { atNs, nowNs: atNs }, { account: "a" })));
});

test("a cursor that no page gave, and an entry that is not there yet, are told so; a buffered entry is waited for", async () => {
  await begin({ flushIntervalMs: 300 });
  await someFills();
  for (const cursor of ["abc", "MA", "%00", Buffer.from("2\u0000a\u0000b\u0000c\u0000d\u0000e").toString("base64url")]) {
    for (const more of ["", "&seq=2"]) expect(await serving.get(`/v1/positions?cursor=${cursor}${more}`)).toMatchObject([400, { code: "bad_request", detail: (expect.stringMatching(/^cursor: is not what a page before gave as `next`/) as string) }]);
  }
  expect(await serving.get("/v1/history?cursor=abc")).toMatchObject([400, { code: "bad_request" }]);
  const { seq } = serving.service;
  expect(await serving.get(`/v1/positions?seq=${seq + 1}`)).toMatchObject([404, { code: "not_found", detail: `seq: there is no entry ${seq + 1} yet: the journal ends at entry ${seq}` }]);
  await serving.post("/v1/fills", fillJson("buffered"), { "fillbook-acknowledge": "buffered" });
  expect(await serving.get(`/v1/positions?seq=${seq + 1}`)).toMatchObject([200, { seq: seq + 1 }]);
});

test("an unchanged book is not sent again", async () => {
  await begin();
  await someFills();
  const headersNow = async (headers = {}) => (await fetch(`${serving.url}/v1/positions`, { headers })).headers;
  const tag = (await headersNow()).get("etag")!;
  expect((await serving.get("/v1/positions", { "if-none-match": tag }))[0]).toBe(304);
  await serving.post("/v1/fills", fillJson("new"));
  expect((await serving.get("/v1/positions", { "if-none-match": tag }))[0]).toBe(200);
  const next = (await headersNow()).get("etag")!;
  await serving.post("/v1/marks", { symbol: "ABC", price: "121", timestamp: "2024-01-10" });
  expect((await serving.get("/v1/positions", { "if-none-match": next }))[0]).toBe(200);
  expect((await headersNow({ "accept-encoding": "gzip" })).get("content-encoding")).toBe("gzip");
});

test("history, trips and P&L are those of the commands", async () => {
  await begin();
  await someFills();
  const rows: HistoryRow[] = [];
  const { book } = readBook(serving.dataDir, { currency: "USD" }, new HistoryObserver({ account: "a" }, (row) => rows.push(row) > 0));
  const [, first] = await serving.get("/v1/history?account=a&limit=20");
  const [, rest] = await serving.get(`/v1/history?account=a&cursor=${first.next}`);
  expect([...first.history, ...rest.history]).toEqual(json(rows));
  expect(rest.next).toBe(null);
  expect((await serving.get("/v1/trips?symbol=ABC"))[1]).toMatchObject({ seq: serving.service.seq, next: null });
  const moment = { nowNs: serving.clock.nowNs() };
  expect((await serving.get("/v1/pnl?by=account"))[1]).toMatchObject(json(pnlBy(book, "account", moment)) as object);
  const [, byStrategy] = await serving.get("/v1/pnl?by=strategy&view=exit");
  expect(byStrategy.groups.map(({ key }) => key)).toEqual(["s0", "s1"]);
  expect(await serving.get("/v1/pnl?at=2024-13-01")).toMatchObject([400, { code: "bad_request", detail: (expect.stringMatching(/^at: /) as string) }]);
});

test("rows of history have no lots, however many are open; positions have them, now and then", async () => {
  await begin();
  await serving.post("/v1/events", { type: "configure", account: "default", method: "fifo" });
  await serving.post("/v1/fills", Array.from({ length: 30 }, (_, i) => fillJson(`f${i}`)));
  const [, { history, seq }] = await serving.get("/v1/history");
  expect(history).toHaveLength(30);
  expect(JSON.stringify(history)).not.toMatch("lots");
  for (const path of ["/v1/positions", `/v1/positions?seq=${serving.service.seq}`]) expect((await serving.get(path))[1].positions[0]).toMatchObject({ lots: Array.from({ length: 30 }, () => expect.anything() as unknown) });
  expect(seq).toBe(undefined);
});

test("what is not there, not done there, or asked from elsewhere gets a problem", async () => {
  await begin();
  expect(await serving.get("/v1/nothing")).toMatchObject([404, { code: "not_found", status: 404 }]);
  expect(await serving.get("/v1/fills")).toMatchObject([405, { code: "method_not_allowed" }]);
  expect(await serving.get("/v1/stream")).toMatchObject([426, { code: "upgrade_required" }]);
  expect(await serving.get("/v1/positions?limit=0&colour=red")).toMatchObject([400, { errors: [{ parameter: "limit" }, { why: (expect.stringMatching("colour") as string) }] }]);
  expect(await serving.post("/v1/fills", fillJson("1"), { origin: "http://evil.example" })).toMatchObject([403, { code: "forbidden_origin" }]);
  expect(await serving.post("/v1/fills", fillJson("1"), { origin: serving.url })).toMatchObject([200, {}]);
  const status = await new Promise((done) => request(`${serving.url}/v1/positions`, { headers: { host: "evil.example" } }, ({ statusCode }) => done(statusCode)).end());
  expect(status).toBe(403);
});

test("who asks for another protocol is told which one is spoken, and a WebSocket is opened where the stream is and nowhere else", async () => {
  await begin();
  const asked = (path: string, upgrade: string, method = "GET") => new Promise((done) => {
    const headers = { upgrade, connection: "Upgrade, HTTP2-Settings", "http2-settings": "AAEAAEAA", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-version": "13" };
    request(`${serving.url}${path}`, { method, headers }, (answer) => answer.on("data", (data: Buffer) => done([answer.statusCode, (JSON.parse(data.toString()) as Answer & { detail: string }).detail]))).on("upgrade", (_, socket) => (socket.destroy(), done("upgraded"))).end(method === "POST" ? JSON.stringify(fillJson("1")) : undefined);
  });
  for (const method of ["GET", "POST"]) expect(await asked("/v1/fills", "h2c", method)).toEqual([400, expect.stringContaining('HTTP/1.1, and no "h2c"') as string]); // as Java's client begins
  for (const path of ["/v1/positions", "/healthz", "/metrics", "/"]) expect([path, await asked(path, "websocket")]).toEqual([path, [400, "only /v1/stream is a WebSocket"]]);
  expect(await asked("/v1/stream", "WebSocket")).toBe("upgraded");
});

test("the API describes itself, and its figures", async () => {
  await begin();
  await serving.post("/v1/fills", [fillJson("1"), { id: "2" }]);
  const [, api] = await serving.get("/openapi.json");
  expect(api.openapi).toBe("3.1.0");
  expect(Object.keys(api.paths)).toEqual(expect.arrayContaining(["/v1/fills", "/v1/positions/{symbol}", "/v1/stream", "/readyz"]));
  expect(api.paths["/v1/fills"]!.post!.requestBody.content["application/x-ndjson"]!.schema.properties).toHaveProperty("feeCurrency");
  const page = await (await fetch(`${serving.url}/docs`)).text();
  expect(page).toMatch("swagger");
  expect(page).not.toMatch(/(src|href)="https?:/); // works offline
  const metrics = await (await fetch(`${serving.url}/metrics`)).text();
  for (const line of ['fillbook_fills_total{status="accepted"} 1', 'fillbook_refusals_total{reason="unreadable"} 1', "fillbook_positions 1", "fillbook_acknowledge_seconds_count 1", "fillbook_fsync_seconds_count 1"]) expect(metrics).toContain(line);
});

/** The keys of a value that a JSON schema does not know, as paths. */
function unknownTo(schema: Schema | undefined, value: unknown, path = ""): string[] {
  const known = schema?.anyOf?.find(({ type }) => type !== "null") ?? schema;
  if (Array.isArray(value)) return value.flatMap((one) => unknownTo(known?.items, one, `${path}[]`));
  if (typeof value !== "object" || value === null || (known?.additionalProperties !== undefined && known.additionalProperties !== false)) return [];
  return Object.entries(value).flatMap(([key, one]) => (known?.properties?.[key] === undefined ? [`${path}.${key}`] : unknownTo(known.properties[key], one, `${path}.${key}`)));
}
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: unknown;
}

test("answers say nothing that the API does not describe", async () => {
  await begin();
  const { paths } = (await serving.get("/openapi.json"))[1] as unknown as { paths: Readonly<Record<string, Readonly<Record<string, { responses: Readonly<Record<string, { content: Readonly<Record<string, { schema: Schema }>> }>> }>>>> };
  const seen: unknown[] = [];
  const check = (method: "get" | "post", path: string, [status, body]: readonly [number, unknown]) => {
    const { schema } = Object.values(paths[path]![method]!.responses[`${status}`]!.content)[0]!;
    expect(unknownTo(schema, body), `${method} ${path} ${status}`).toEqual([]);
    seen.push(body);
  };
  const post = async (path: string, body: object, headers = {}) => check("post", path, await serving.post(path, body, headers));
  await post("/v1/events", [{ type: "configure", account: "default", method: "fifo" }, { type: "deposit", currency: "USD", amount: "1000", timestamp: "2098-01-01" }]);
  await post("/v1/instruments", { symbol: "PERP", kind: "perpetual", quote: "USD" });
  await post("/v1/fills", [fillJson("1", { timestamp: "2099-01-01" }), fillJson("2", { price: "x" })], { prefer: "return=minimal" });
  await post("/v1/marks", [{ symbol: "BTC/USD", price: "70000" }, { symbol: "", price: "1" }]);
  for (const query of ["", "?summary=true", `?seq=${serving.service.seq}`]) check("get", "/v1/positions", await serving.get(`/v1/positions${query}`));
  check("get", "/v1/positions/{symbol}", await serving.get("/v1/positions/BTC%2FUSD"));
  check("get", "/v1/history", await serving.get("/v1/history"));
  check("get", "/v1/pnl", await serving.get("/v1/pnl"));
  check("get", "/v1/positions", await serving.get("/v1/positions?seq=99"));
  const said = JSON.stringify(seen);
  for (const key of ["capital", "summary", "lots", "kept", "warning", "accepted"]) expect(said).toContain(`"${key}"`);
});

test("refusals are counted by what was wrong, facts too", async () => {
  await begin();
  await serving.post("/v1/fills", [fillJson("1"), fillJson("1", { price: "1" })]);
  await serving.post("/v1/marks", [{ symbol: "A", price: "x" }, { symbol: "A", price: "1", timestamp: "2099-01-01" }]);
  await serving.post("/v1/events", [{ type: "bust", venue: "kraken", symbol: "BTC/USD", fill: "none" }, { type: "split", symbol: "A" }]);
  await serving.post("/v1/instruments", [{ symbol: "Q", kind: "spot", quote: "USD", settle: "BTC" }]);
  const text = await (await fetch(`${serving.url}/metrics`)).text();
  const counted: Record<string, number> = Object.fromEntries([...text.matchAll(/^fillbook_refusals_total\{reason="(\w+)"\} (\d+)/gm)].map(([, reason, count]) => [reason!, Number(count)]));
  expect(counted).toEqual({ conflicting_fill: 1, unreadable: 3, future_time: 1, unknown_fill: 1 });
});

test("a key that is not there is missing, one that says nothing is empty", async () => {
  await begin();
  const noId = fillJson("1");
  delete noId["id"];
  const reasons = async (path: string, rows: object[]) => (await serving.post(path, rows))[1].results.map(({ reason }) => reason);
  expect(await reasons("/v1/fills", [noId, fillJson(" "), fillJson("1", { price: null })])).toEqual(["id: is missing", "id: is empty", "price: is empty"]);
  expect(await reasons("/v1/marks", [{ price: "1" }, { symbol: "", price: "1" }])).toEqual(["symbol: is missing", "symbol: is empty"]);
  expect(await reasons("/v1/events", [{ type: "split", symbol: "A", timestamp: "2024-01-01" }, { type: "split", symbol: "A", timestamp: "2024-01-01", ratio: "" }, {}])).toEqual(["ratio: is missing: a split needs it", "ratio: is empty: a split needs it", "type: is missing"]);
});

/** A disk whose writes can fail, and whose syncs can be held. */
function failing(): { readonly disk: Disk; write?: Error; hold?: Promise<void>; held: number } {
  const state: ReturnType<typeof failing> = {
    held: 0,
    disk: {
      ...realDisk,
      write: (fd, bytes, offset, length, position) => {
        if (state.write !== undefined) throw state.write;
        return writeSync(fd, bytes, offset, length, position);
      },
      sync: fdatasyncSync,
      syncLater: async (fd) => {
        state.held += 1;
        await state.hold;
        await new Promise<void>((done, failed) => fdatasync(fd, (error) => (error === null ? done() : failed(error))));
      },
      truncate: ftruncateSync,
    },
  };
  return state;
}

test("a full inbox says so at once, and takes fills again when there is room", async () => {
  const state = failing();
  await begin({ disk: state.disk, inboxFills: 10 });
  let release: () => void = () => undefined;
  state.hold = new Promise((done) => (release = done));
  const first = serving.post("/v1/fills", fillJson("0"));
  await until("the first is being written", () => state.held > 0);
  const more = [serving.post("/v1/fills", Array.from({ length: 10 }, (_, i) => fillJson(`m${i}`)))];
  await until("ten wait", () => serving.service.waiting === 10);
  const late = await serving.send("/v1/fills", fillJson("late"));
  expect([late.status, ((await late.json()) as { code: string }).code, late.headers.get("retry-after")]).toEqual([429, "overloaded", "1"]);
  release();
  expect((await first)[0]).toBe(200);
  expect((await more[0]!)[0]).toBe(200);
  expect((await serving.post("/v1/fills", fillJson("late")))[0]).toBe(200);
});

test("a full disk refuses writes and serves reads; a failed disk leaves it read-only, and it says so", async () => {
  const state = failing();
  await begin({ disk: state.disk });
  await serving.post("/v1/fills", fillJson("1"));
  state.write = Object.assign(new Error("no space"), { code: "ENOSPC", syscall: "write" });
  expect(await serving.post("/v1/fills", fillJson("2"))).toMatchObject([503, { code: "no_space" }]);
  expect((await serving.get("/readyz"))[0]).toBe(200);
  delete state.write;
  expect((await serving.post("/v1/fills", fillJson("2")))[0]).toBe(200);
  state.write = Object.assign(new Error("broken"), { code: "EIO", syscall: "write" });
  expect(await serving.post("/v1/fills", fillJson("3"))).toMatchObject([503, { code: "unknown" }]);
  expect(await serving.get("/readyz")).toMatchObject([503, { ready: false, state: "read_only", reason: (expect.any(String) as string) }]);
  expect((await serving.get("/v1/positions"))[1].positions[0]!.numTrades).toBe(2);
  expect((await serving.get("/healthz"))[0]).toBe(200);
});

test("a request whose body never comes keeps no stop waiting; one that comes in time is answered", async () => {
  await begin({ stopMs: 200 });
  const body = JSON.stringify(fillJson("1"));
  const post = (sent: string, length: number) => {
    const head = request(`${serving.url}/v1/fills`, { method: "POST", headers: { "content-type": "application/json", "content-length": length } });
    const answered = new Promise<number | string>((done) => head.on("response", ({ statusCode }) => done(statusCode!)).on("error", ({ message }) => done(message)));
    head.write(sent);
    return { head, answered };
  };
  const stalled = post(body, 10_000);
  const late = post(body.slice(0, 10), body.length);
  await new Promise((done) => setTimeout(done, 50)); // both are being read
  const begun = performance.now();
  const closed = serving.close();
  late.head.end(body.slice(10));
  expect(await late.answered).toBe(200);
  expect(await stalled.answered).toMatch(/hang up|reset/);
  await closed;
  expect(performance.now() - begun).toBeLessThan(4_000);
});
