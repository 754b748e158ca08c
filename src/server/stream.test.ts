import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { fillJson, Serving, StreamClient, until, type ServingOptions } from "../../test/service-kit.ts";

let serving: Serving;
afterEach(() => serving.close());
const begin = async (options: ServingOptions = {}) => (serving = await Serving.begin({ tickMs: 2, ...options }));

/** Waits until a client holds what the service answers. */
async function sameAsBook(client: StreamClient, account?: string): Promise<void> {
  await until("the client holds the book", async () => {
    const [, { seq, positions }] = await serving.get(`/v1/positions${account === undefined ? "" : `?account=${account}`}`);
    if (client.failure !== undefined) throw client.failure as Error;
    return client.replica.seq === seq && JSON.stringify(client.replica.positions(serving.clock.nowNs())) === JSON.stringify(positions);
  });
}

test("clients over sockets hold what the service answers: all of it or one account, from the start or again after a break", async () => {
  await begin();
  const all = new StreamClient(serving);
  const one = new StreamClient(serving, { account: "b", format: "objects" });
  const post = (from: number, to: number) => serving.post("/v1/fills", Array.from({ length: to - from }, (_, i) => fillJson(`f${from + i}`, { symbol: `S${(from + i) % 7}`, account: i % 2 === 0 ? "a" : "b", venue: `v${i % 3}`, side: i % 3 === 0 ? "sell" : "buy" })));
  await post(0, 50);
  await sameAsBook(all);
  all.leave();
  await post(50, 90);
  await serving.post("/v1/marks", { symbol: "S1", price: "70000" });
  await serving.post("/v1/events", { type: "rename", symbol: "S2", to: "S9", timestamp: "2024-02-01" });
  const again = new StreamClient(serving, { replica: all.replica });
  await sameAsBook(again);
  expect(JSON.parse(again.frames[0]!)).toHaveProperty("changes"); // no snapshot was needed
  await sameAsBook(one, "b");
  again.leave();
  one.leave();
});

test("a mark that grows too old takes its valuation back, though nothing was booked", async () => {
  await begin({ marksMaxAgeNs: 40_000_000n });
  const client = new StreamClient(serving);
  await serving.post("/v1/fills", fillJson("1"));
  await serving.post("/v1/marks", { symbol: "BTC/USD", price: "70000" });
  await until("it is valued", () => client.replica.positions(0n)[0]?.markPrice === "70000");
  const { seq } = client.replica;
  serving.clock.ns += 50_000_000n;
  await until("it no longer is", () => client.replica.positions(0n)[0]?.markPrice === null);
  expect(client.replica.seq).toBe(seq);
  await sameAsBook(client);
  client.leave();
});

test("a client that never reads has nothing more queued for it, and those who read are not kept waiting", async () => {
  await begin();
  const { hostname, port } = new URL(serving.url);
  const deaf = connect(Number(port), hostname);
  deaf.on("error", () => undefined);
  deaf.write(`GET /v1/stream HTTP/1.1\r\nHost: localhost:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
  deaf.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x7b, 0x7d])); // "{}", masked with zeros
  deaf.pause();
  const client = new StreamClient(serving, { format: "objects" });
  const queued = async () => Number(/^fillbook_stream_queued_bytes (\d+)/m.exec(await (await fetch(`${serving.url}/metrics`)).text())![1]);
  let most = 0;
  let conflated = 0;
  for (let round = 0; round < 400 && conflated === 0; round += 1) {
    await serving.post("/v1/fills", Array.from({ length: 300 }, (_, i) => fillJson(`f${round}-${i}`, { symbol: `SYMBOL-${i}` })));
    const figures = await (await fetch(`${serving.url}/metrics`)).text();
    most = Math.max(most, await queued());
    conflated = Number(/^fillbook_stream_conflations_total (\d+)/m.exec(figures)![1]);
  }
  expect(conflated).toBeGreaterThan(0);
  for (let round = 0; round < 10; round += 1) {
    await serving.post("/v1/fills", Array.from({ length: 300 }, (_, i) => fillJson(`g${round}-${i}`, { symbol: `SYMBOL-${i}` })));
    most = Math.max(most, await queued());
  }
  await sameAsBook(client);
  expect(most).toBeLessThan(4 * 1_048_576); // the bound and a frame, of each of the two
  client.leave();
  deaf.destroy();
});

test("what is no subscription is told so, a page from elsewhere is turned away, and all streams end with the service", async () => {
  await begin();
  const wrong = new WebSocket(`${serving.url.replace("http", "ws")}/v1/stream`);
  wrong.on("open", () => wrong.send("hello"));
  const told: string[] = [];
  wrong.on("message", (data: Buffer) => told.push(data.toString()));
  let code = 0;
  wrong.on("close", (closed) => (code = closed));
  await until("it is closed", () => code !== 0);
  expect([code, JSON.parse(told[0]!)]).toMatchObject([1008, { problem: { detail: (expect.stringMatching("JSON") as string) } }]);
  const foreign = new WebSocket(`${serving.url.replace("http", "ws")}/v1/stream`, { origin: "http://evil.example" });
  const refused = await new Promise((done) => foreign.on("error", ({ message }) => done(message)));
  expect(refused).toMatch("403");
  const client = new StreamClient(serving);
  await until("it has a snapshot", () => client.replica.seq !== undefined);
  await serving.close();
  await until("it is closed", () => client.closed !== undefined);
  expect(client.closed).toBe(1001);
});
