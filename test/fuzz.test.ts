import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HistoryObserver } from "../src/core/engine/index.ts";
import { readBook } from "../src/runtime/index.ts";
import { fillJson, Serving } from "./service-kit.ts";

const SEED = 20_241_121;
let serving: Serving;
beforeAll(async () => {
  serving = await Serving.begin({ mostBytes: 20_000 });
});
afterAll(() => serving.close());

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly minimum?: number;
  readonly maximum?: number;
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}
interface Request {
  readonly method: string;
  readonly path: string;
  readonly type: string | undefined;
  readonly body: string | undefined;
}

const anyText = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("", "0", "-1", "1e400", "NaN", "2024-01-01", "1700000000", "BTC/USD", "../..", "%", "%00", "{", "null", "buy", "spot", "funding", "fifo", "9".repeat(70), "__proto__", "constructor"));
const anyNonsense = fc.oneof(fc.jsonValue(), anyText);

/** Values of a schema, and now and then others. */
function anyOf(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 5, arbitrary: fitting(schema) }, { weight: 1, arbitrary: anyNonsense });
}
function fitting({ type, enum: values, anyOf: alternatives, properties, minimum = -5, maximum = 100 }: Schema): fc.Arbitrary<unknown> {
  if (values !== undefined) return fc.constantFrom(...values);
  if (alternatives !== undefined) return fc.oneof(...alternatives.map(fitting));
  if (type === "integer" || type === "number") return fc.oneof(fc.integer({ min: Math.ceil(minimum), max: Math.min(maximum, 1e6) }), fc.double());
  if (type === "boolean") return fc.boolean();
  if (properties !== undefined) return fc.record(Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, anyOf(one)])), { requiredKeys: [] });
  return anyText;
}

/** What was logged and is no act that a request may ask for. */
function unexpected(): string[] {
  return serving.logged.filter((line) => !/"msg":"(the breaker was (tripped by hand|reset)|limits changed by a request)"/.test(line));
}

function anyRequest(paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>): fc.Arbitrary<Request> {
  const all = Object.entries(paths).flatMap(([path, operations]) => Object.entries(operations).map(([method, operation]) => ({ path, method, operation })));
  return fc.constantFrom(...all).chain(({ path, method, operation: { parameters = [], requestBody } }) => {
    const values = fc.record(Object.fromEntries(parameters.map(({ name, schema }) => [name, anyOf(schema)])), { requiredKeys: [] });
    const type = requestBody === undefined ? fc.constant(undefined) : fc.constantFrom("application/json", "application/x-ndjson", "text/plain", "application/json; charset=utf-8");
    const schema = Object.values(requestBody?.content ?? {})[0]?.schema;
    const rows = schema === undefined ? fc.constant([]) : fc.array(anyOf(schema), { maxLength: 5 });
    return fc.tuple(values, type, rows, fc.constantFrom("list", "lines", "one", "cut"), fc.boolean()).map(([said, contentType, bodies, form, more]) => {
      const query = parameters.filter(({ name, in: place }) => place === "query" && said[name] !== undefined).map(({ name }) => `${name}=${encode(said[name])}`);
      const target = path.replace(/\{(\w+)\}/g, (_, name: string) => encode(said[name] ?? "x"));
      const texts = bodies.map((one) => JSON.stringify(one));
      const body = form === "list" ? `[${texts.join(",")}]` : form === "lines" ? texts.join("\n") : form === "one" ? (texts[0] ?? "") : `[${texts.join(",")}]`.slice(0, -3);
      return { method: method.toUpperCase(), path: `${target}?${[...query, ...(more ? ["extra=1"] : [])].join("&")}`, type: contentType, body: requestBody === undefined ? undefined : body };
    });
  });
}

function encode(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return Buffer.from(text).toString("latin1").replace(/[^\w.~/-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

test("requests made from the OpenAPI document get an answer that is one of it, never a bug", async () => {
  const [, { paths }] = await serving.get("/openapi.json");
  await fc.assert(
    fc.asyncProperty(anyRequest(paths as never), async ({ method, path, type, body }) => {
      const answer = await fetch(serving.url + path, { method, ...(body === undefined ? {} : { body }), headers: type === undefined ? {} : { "content-type": type } });
      const text = await answer.text();
      expect([200, 207, 304, 400, 404, 405, 409, 413, 414, 415, 426, 431], `${method} ${path} ${body}: ${text}`).toContain(answer.status);
      if (answer.status >= 400) expect(JSON.parse(text)).toMatchObject({ status: answer.status, code: (expect.any(String) as string), detail: (expect.any(String) as string) });
    }),
    { seed: SEED, numRuns: 400 },
  );
  expect(unexpected()).toEqual([]);
});

const pieces = ["GET /v1/positions HTTP/1.1\r\n", "POST /v1/fills HTTP/1.1\r\n", "Host: localhost\r\n", "Content-Type: application/json\r\n", "Content-Type: application/x-ndjson\r\n", "Content-Length: 10\r\n", "Content-Length: -1\r\n", "Transfer-Encoding: chunked\r\n", "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "GET /v1/stream HTTP/1.1\r\n", "\r\n", "5\r\nabcde\r\n", "0\r\n\r\n", JSON.stringify(fillJson("raw")), "\u0081\u0082", "X".repeat(20_000)];

test("any bytes on the socket leave the service as it was", async () => {
  const anyBytes = fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces).map((text) => Buffer.from(text, "latin1")) }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) }), { maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(anyBytes, async (bytes) => {
      const answer = await new Promise<string>((done) => {
        const socket = connect(serving.port, "127.0.0.1", () => socket.end(Buffer.concat(bytes)));
        let text = "";
        socket.on("data", (data) => (text += data.toString("latin1")));
        socket.on("error", () => undefined);
        socket.on("close", () => done(text));
        socket.setTimeout(60, () => socket.destroy());
      });
      expect(answer).not.toMatch(/^HTTP\/1.1 500/m);
    }),
    { seed: SEED, numRuns: 80 },
  );
  expect((await serving.get("/healthz"))[0]).toBe(200);
  expect(unexpected()).toEqual([]);
});

test("what was answered as accepted is in the journal, and what got no answer is accepted or a duplicate when it comes again", async () => {
  const answered: string[] = [];
  const unanswered: string[] = [];
  let next = 0;
  const anyPost = fc.record({ rows: fc.integer({ min: 1, max: 3_000 }), cutMs: fc.option(fc.integer({ min: 0, max: 12 })), lines: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(anyPost, { minLength: 1, maxLength: 4 }), async (posts) => {
      await Promise.all(
        posts.map(async ({ rows, cutMs, lines }) => {
          const ids = Array.from({ length: lines ? rows : Math.min(rows, 80) }, () => `z${next++}`);
          const fills = ids.map((id) => JSON.stringify(fillJson(id)));
          const abort = new AbortController();
          if (cutMs !== null) void sleep(cutMs).then(() => abort.abort());
          try {
            const answer = await fetch(`${serving.url}/v1/fills`, { method: "POST", body: lines ? fills.join("\n") : `[${fills.join(",")}]`, headers: { "content-type": lines ? "application/x-ndjson" : "application/json" }, signal: abort.signal });
            const { results } = (await answer.json()) as { results: { status: string }[] };
            results.forEach(({ status }, i) => (status === "refused" ? unanswered : answered).push(ids[i]!));
          } catch {
            unanswered.push(...ids);
          }
        }),
      );
    }),
    { seed: SEED, numRuns: 15 },
  );
  const known = new Set<string>();
  readBook(serving.dataDir, { currency: "USD" }, new HistoryObserver({}, ({ id }) => known.add(id).size > 0));
  expect(answered.filter((id) => !known.has(id))).toEqual([]);
  expect(unanswered.length).toBeGreaterThan(0);
  const [status, { results }] = await serving.post("/v1/fills", unanswered.map((id) => JSON.stringify(fillJson(id))).join("\n"), { "content-type": "application/x-ndjson" });
  expect(status).toBe(200);
  expect(results.every((row) => row.status === "accepted" || row.status === "duplicate")).toBe(true);
});
