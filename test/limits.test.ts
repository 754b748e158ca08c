import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { Limiter } from "../src/server/access/limiter.ts";
import { fillJson, makeToken, Serving, StreamClient, until, type ServingOptions } from "./service-kit.ts";

let serving: Serving;
afterEach(() => serving.close());
const begin = async (options: ServingOptions = {}) => (serving = await Serving.begin(options));

/** What comes back for bytes that are sent as they are, until the connection is closed, or a time is over. */
function raw(bytes: string, ms = 3_000): Promise<string> {
  return new Promise((done) => {
    const socket = connect(serving.port, "127.0.0.1", () => socket.write(bytes));
    let said = "";
    const end = () => {
      socket.destroy();
      done(said);
    };
    const timer = setTimeout(end, ms);
    socket.on("data", (data: Buffer) => (said += data.toString()));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      done(said);
    });
  });
}

test("a minute's worth goes through at once, then as it comes back, each key for itself", async () => {
  await begin();
  const limiter = new Limiter();
  const taken = (key: string, ms: number) => limiter.take(key, 3, ms);
  expect([taken("a", 0), taken("a", 0), taken("a", 0), taken("a", 0), taken("b", 0)]).toEqual([0, 0, 0, 20, 0]);
  expect([taken("a", 19_999), taken("a", 20_000), taken("a", 20_000)]).toEqual([1, 0, 20]);
});

test("each token has its own rate: beyond it 429 says when to come again, and others go on", async () => {
  await begin({ tokens: [{ name: "few", scopes: ["read"], ratePerMinute: 3 }, { name: "usual", scopes: ["read"] }, { name: "any", scopes: ["read"], ratePerMinute: 0 }], rateLimitPerMinute: 5 });
  const ask = async (name: string, times: number) => {
    const statuses: number[] = [];
    for (let i = 0; i < times; i += 1) statuses.push((await fetch(`${serving.url}/v1/access`, { headers: serving.bearer(name) })).status);
    return statuses.join();
  };
  expect(await ask("few", 4)).toBe("200,200,200,429");
  expect(await ask("usual", 6)).toBe("200,200,200,200,200,429");
  expect(await ask("any", 12)).toBe(Array.from({ length: 12 }, () => 200).join());
  const late = await fetch(`${serving.url}/v1/access`, { headers: serving.bearer("few") });
  expect([late.status, late.headers.get("retry-after"), ((await late.json()) as { code: string }).code]).toEqual([429, expect.stringMatching(/^(1\d|20)$/) as string, "too_many_requests"]);
});

test("what is asked over a stream counts, too", async () => {
  await begin({ tokens: [{ name: "few", scopes: ["read"], ratePerMinute: 4 }] });
  const client = new StreamClient(serving, { token: serving.tokens.get("few") });
  await until("it follows", () => client.replica.seq !== undefined);
  for (let i = 0; i < 4; i += 1) client.socket.send("{}");
  await until("it is closed", () => client.closed !== undefined);
  expect([client.closed, client.frames.at(-1)]).toEqual([1008, expect.stringMatching(/more requests than this token has/)]);
});

test("guessing is slowed down per address, and locks out nobody who has a token", async () => {
  await begin({ tokens: [{ name: "right", scopes: ["read"] }] });
  const guesses: number[] = [];
  for (let i = 0; i < 32; i += 1) guesses.push((await serving.get("/v1/positions", { authorization: `Bearer guess${i}` }))[0]);
  expect(guesses.filter((status) => status === 401).length).toBe(30);
  expect(guesses.at(-1)).toBe(429);
  expect((await serving.get("/v1/positions", serving.bearer("right")))[0]).toBe(200);
  expect(serving.logged.filter((line) => line.includes("turned away")).length).toBe(1);
  expect(serving.logged.join()).not.toContain("guess");
});

test("an address, a head and its headers have an end", async () => {
  await begin();
  expect((await serving.get(`/v1/positions?symbol=${"x".repeat(9_000)}`))[0]).toBe(414);
  const head = (more: string) => `GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${more}\r\n`;
  expect(await raw(head(""))).toMatch(/^HTTP\/1\.1 200/);
  expect(await raw(head(Array.from({ length: 101 }, (_, i) => `x${i}: 1\r\n`).join("")))).toMatch(/^HTTP\/1\.1 431.*too_large/s);
  expect(await raw(head(`x: ${"1".repeat(17_000)}\r\n`))).toMatch(/^HTTP\/1\.1 431/);
});

test("a head that does not come to its end, and a connection that says nothing, are let go", async () => {
  await begin({ headMs: 300 });
  const begun = Date.now();
  const [slow, silent] = await Promise.all([raw("GET /healthz HTTP/1.1\r\nHost: loc", 10_000), raw("", 10_000)]);
  expect(Date.now() - begun).toBeLessThan(8_000);
  expect(slow).toMatch(/^(HTTP\/1\.1 408|$)/);
  expect(silent).toMatch(/^(HTTP\/1\.1 408|$)/);
});

test("a body that stops coming, or hardly comes, is broken off with 408; what was taken before stays", async () => {
  await begin({ stalledMs: 300 });
  const post = (type: string, body: string) => `POST /v1/fills HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 100000\r\n\r\n${body}`;
  expect(await raw(post("application/json", "["), 10_000)).toMatch(/^HTTP\/1\.1 408.*too_slow/s);
  expect(await raw(post("application/x-ndjson", `${JSON.stringify(fillJson("1"))}\n`), 10_000)).toMatch(/^HTTP\/1\.1 408/);
  const drip = connect(serving.port, "127.0.0.1");
  await once(drip, "connect");
  drip.write(post("application/json", "["));
  let said = "";
  drip.on("data", (data: Buffer) => (said += data.toString())).on("error", () => undefined);
  for (let i = 0; i < 100 && said === ""; i += 1) {
    drip.write(" ");
    await sleep(50);
  }
  expect(said).toMatch(/^HTTP\/1\.1 408/);
  drip.destroy();
});

test("the body of who is turned away is not waited for, and a message over the stream has an end", async () => {
  await begin({ tokens: [{ name: "read", scopes: ["read"] }] });
  expect(await raw("POST /v1/fills HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n[", 10_000)).toMatch(/^HTTP\/1\.1 401.*connection: close/is);
  const client = new StreamClient(serving, { token: serving.tokens.get("read") });
  await until("it follows", () => client.replica.seq !== undefined);
  client.socket.send(`{"account":"${"x".repeat(5_000)}"}`);
  await until("it is closed", () => client.closed !== undefined);
  expect(client.closed).toBe(1009);
});

test("a token that is made, revoked or expires while the service runs counts at once, on streams that are open too", async () => {
  await begin();
  expect((await serving.get("/v1/positions"))[0]).toBe(200);
  const open = new StreamClient(serving);
  await until("it follows without a token", () => open.replica.seq !== undefined);
  const forHours = makeToken(serving.dataDir, { name: "hour", scopes: ["read"], expiresNs: serving.clock.ns + 3_600_000_000_000n });
  await until("a token is asked for", async () => (await serving.get("/v1/positions"))[0] === 401);
  await until("the stream without one is closed", () => open.closed === 1008);
  const hour = new StreamClient(serving, { token: forHours });
  await until("it follows with one", () => hour.replica.seq !== undefined);
  serving.clock.ns += 3_600_000_000_000n;
  expect(await serving.get("/v1/positions", serving.bearer(forHours))).toMatchObject([401, { code: "token_expired" }]);
  await until("the stream of the expired one is closed", () => hour.closed === 1008);
});
