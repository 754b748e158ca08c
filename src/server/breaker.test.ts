import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Serving } from "../../test/service-kit.ts";

let serving: Serving;
afterEach(() => serving.close());
const CLOSED = { state: "closed", reason: null, by: null, who: null, since: null, probesUsed: 0 };
const stands = async (headers = {}) => (await serving.get("/v1/breaker", headers))[1] as unknown as Record<string, unknown>;

test("it is tripped and reset by hand, with who and why, and stays as it is over a restart", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "fillbook-breaker-"));
  serving = await Serving.begin({ dataDir });
  expect(await stands()).toEqual({ ...CLOSED, seq: 0 });
  const open = { state: "open", reason: "news of venue X", by: "hand", who: "desk", since: "2024-07-03T09:46:40Z", probesUsed: 0, seq: 2 };
  expect(await serving.post("/v1/breaker/trip", { who: "desk", why: "news of venue X" })).toEqual([200, open]);
  expect(await serving.post("/v1/breaker/trip", { why: "again" })).toMatchObject([409, { code: "already_so", detail: expect.stringContaining("open already") as string }]);
  await serving.close();
  serving = await Serving.begin({ dataDir });
  expect(await stands()).toEqual(open);
  serving.clock.ns += 1_000_000_000n;
  expect(await serving.post("/v1/breaker/reset", { reason: "venue X answers again" })).toMatchObject([200, { state: "closed", reason: "venue X answers again", who: "anyone", since: "2024-07-03T09:46:41Z", seq: 3 }]);
  expect(await serving.post("/v1/breaker/reset", { why: "again" })).toMatchObject([409, { code: "already_so" }]);
  await serving.close();
  serving = await Serving.begin({ dataDir });
  expect(await stands()).toMatchObject({ state: "closed", seq: 3 });
  expect(serving.service.seq).toBe(3); // what was refused left nothing behind
  rmSync(dataDir, { recursive: true });
});

test("it stays open over a start from a snapshot, too", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "fillbook-breaker-"));
  serving = await Serving.begin({ dataDir });
  await serving.post("/v1/breaker/trip", { who: "desk", why: "so" });
  const fills = Array.from({ length: 5_000 }, (_, i) => ({ id: `${i}`, venue: "x", symbol: "ABC", side: "buy", quantity: "1", price: "1", timestamp: "2024-01-01" }));
  await serving.post("/v1/fills", fills);
  const before = await stands();
  await serving.close(); // so many entries leave a snapshot
  serving = await Serving.begin({ dataDir });
  expect((await serving.service.ready).snapshotSeq).toBe(5_002);
  expect(await stands()).toEqual(before);
  rmSync(dataDir, { recursive: true });
});

test("who did it is whom the token names, where nobody else is named", async () => {
  serving = await Serving.begin({ tokens: [{ name: "risk-desk", scopes: ["admin", "read"] }] });
  expect(await serving.post("/v1/breaker/trip", { why: "drill" }, serving.bearer("risk-desk"))).toMatchObject([200, { who: "risk-desk" }]);
});

test("a token that is bound to an account sees how it stands, and not why: that may be of others", async () => {
  serving = await Serving.begin({ tokens: [{ name: "admin", scopes: ["admin", "read"] }, { name: "mine", scopes: ["read"], accounts: ["mine"] }] });
  await serving.post("/v1/breaker/trip", { why: "a loss of theirs" }, serving.bearer("admin"));
  expect(await stands(serving.bearer("mine"))).toEqual({ ...CLOSED, state: "open", since: "2024-07-03T09:46:40Z", seq: 2 });
});

test.each<[string, string | object, RegExp]>([
  ["no reason", {}, /^why: is missing/],
  ["two reasons", { why: "a", reason: "b" }, /^why and reason are one/],
  ["an empty reason", { why: " " }, /why: .*is empty/],
  ["a reason that breaks a line", { why: "a\nb" }, /cannot be printed/],
  ["a reason that is no text", { why: true }, /^why: is a text/],
  ["a name that cannot be shown", { who: "a\u0000", why: "b" }, /^who: /],
  ["a slip", { why: "a", whoo: "b" }, /"whoo" is no key of it/],
  ["no object", "[]", /send an object of a reason/],
  ["no JSON", "{", /no JSON/],
])("%s is refused, and trips nothing", async (_, body, says) => {
  serving = await Serving.begin();
  expect(await serving.post("/v1/breaker/trip", body)).toMatchObject([400, { detail: expect.stringMatching(says) as string }]);
  expect(await stands()).toEqual({ ...CLOSED, seq: 0 });
});

test("what a keeper reports is journaled when it is news, and told to whoever listens", async () => {
  serving = await Serving.begin();
  const { service } = serving;
  const told: [number, number][] = [];
  service.onCommit(({ from, to }) => told.push([from, to]));
  const breach = { type: "breach", id: "", timeNs: serving.clock.ns, is: "begun", limit: "max_daily_loss", scope: "account:a", account: "a", value: "6000", threshold: "5000" } as const;
  const trip = { type: "trip", id: "", timeNs: serving.clock.ns, by: "daily_loss", who: "fillbook", why: "account a lost 6000 since midnight" } as const;
  expect((await service.take([breach, trip, breach])).map(({ is }) => is)).toEqual(["news", "news", "known"]);
  expect(told).toEqual([[1, 3]]);
  expect(await stands()).toMatchObject({ state: "open", by: "daily_loss", who: "fillbook", reason: trip.why });
});
