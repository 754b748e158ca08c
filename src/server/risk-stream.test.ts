import { afterEach, expect, test } from "vitest";
import { Serving, StreamClient, until } from "../../test/service-kit.ts";

let serving: Serving;
afterEach(() => serving.close());
const TOKENS = [{ name: "all", scopes: ["read", "admin"] }, { name: "mine", scopes: ["read"], accounts: ["mine"] }] as const;
const breach = (is: "begun" | "ended", account: string) => ({ type: "breach", id: "", timeNs: serving.clock.ns, is, limit: "max_daily_loss", scope: account === "" ? "portfolio" : `account:${account}`, account, value: "6000.5", threshold: "5000" }) as const;
const trip = () => ({ type: "trip", id: "", timeNs: serving.clock.ns, by: "daily_loss", who: "fillbook", why: "theirs lost 6000.5" }) as const;
const scopes = (client: StreamClient) => client.replica.breaches().map(({ scope }) => scope).sort();
async function follow(token: string): Promise<StreamClient> {
  const client = new StreamClient(serving, { token: serving.tokens.get(token) });
  await until("it follows", () => client.replica.seq !== undefined);
  return client;
}

test("breaches, trips and resets go out as they are journaled; a token of one account gets its own, and how the breaker stands, not why", async () => {
  serving = await Serving.begin({ tokens: TOKENS });
  const [all, mine] = [await follow("all"), await follow("mine")];
  expect(all.replica.breaker).toEqual({ state: "closed", reason: null, by: null, who: null, since: null, probesUsed: 0 });
  await serving.service.take([breach("begun", "mine"), breach("begun", "theirs"), breach("begun", ""), trip()]);
  await until("all is told", () => all.replica.seq === serving.service.seq && mine.replica.seq === serving.service.seq);
  expect([scopes(all), scopes(mine)]).toEqual([["account:mine", "account:theirs", "portfolio"], ["account:mine"]]);
  expect(all.replica.breaker).toMatchObject({ state: "open", by: "daily_loss", who: "fillbook", reason: "theirs lost 6000.5" });
  expect(mine.replica.breaker).toMatchObject({ state: "open", by: null, who: null, reason: null, since: all.replica.breaker?.since });
  expect(all.replica.breaches().find(({ account }) => account === "mine")).toEqual({ is: "begun", limit: "max_daily_loss", scope: "account:mine", account: "mine", value: "6000.5", threshold: "5000", since: "2024-07-03T09:46:40Z", seq: 2 });
  await serving.service.take([breach("ended", "mine")]);
  await serving.post("/v1/breaker/reset", { why: "seen" }, serving.bearer("all"));
  await until("all is told", () => all.replica.seq === serving.service.seq && mine.replica.seq === serving.service.seq);
  expect([scopes(all), scopes(mine), mine.replica.breaker?.state]).toEqual([["account:theirs", "portfolio"], [], "closed"]);
  expect(mine.frames.join()).not.toMatch(/theirs|portfolio/);
  for (const client of [all, mine]) expect(client.failure).toBeUndefined();
});

test("who was away gets all that goes on, and what ended meanwhile goes", async () => {
  serving = await Serving.begin({ tokens: TOKENS });
  const first = await follow("all");
  await serving.service.take([breach("begun", "a"), breach("begun", "b"), trip()]);
  await until("it is told", () => first.replica.seq === serving.service.seq);
  first.leave();
  await serving.service.take([breach("ended", "a"), breach("begun", "c")]);
  const again = new StreamClient(serving, { token: serving.tokens.get("all"), replica: first.replica });
  await until("it is told", () => again.replica.seq === serving.service.seq);
  expect([scopes(again), again.replica.breaker?.state]).toEqual([["account:b", "account:c"], "open"]);
  expect(again.frames.join()).not.toContain("snapshot"); // it went on where it was
});

test("a client that asks for one account of all gets its breaches, and why the breaker stands as it does", async () => {
  serving = await Serving.begin();
  await serving.service.take([breach("begun", "a"), breach("begun", "b"), trip()]);
  const client = new StreamClient(serving, { account: "a", format: "objects" });
  await until("it follows", () => client.replica.seq === serving.service.seq);
  expect([scopes(client), client.replica.breaker?.reason]).toEqual([["account:a"], "theirs lost 6000.5"]);
});

test("a breach of a position's share is told to a token of its account without the share: it is of all accounts together", async () => {
  serving = await Serving.begin({ tokens: TOKENS });
  const [all, mine] = [await follow("all"), await follow("mine")];
  await serving.service.take([{ ...breach("begun", "mine"), limit: "concentration_limit", scope: "position:mine/BTC/USD", value: "0.123" }]);
  await until("all is told", () => all.replica.seq === serving.service.seq && mine.replica.seq === serving.service.seq);
  expect([all.replica.breaches()[0]?.value, mine.replica.breaches()[0]?.value]).toEqual(["0.123", null]);
  expect((await follow("mine")).replica.breaches()[0]?.value).toBeNull(); // nor in a snapshot
});
