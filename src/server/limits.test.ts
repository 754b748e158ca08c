import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Serving } from "../../test/service-kit.ts";

let serving: Serving;
afterEach(() => serving.close());
const DEFAULTS = {
  maxPositionValue: "100000", maxVar: "5000", maxPortfolioVar: "20000", maxDrawdownLimit: "0.1", concentrationLimit: "0.2", maxCorrelationRisk: "0.8",
  maxDailyLoss: null, maxOrderValue: null, maxOrderRate: null, maxLeverage: null, maxGrossExposure: null, maxUnhedgedExposure: null, maxDivergenceLoss: null, maxPairCapital: null, warningLevel: "0.8",
};
const NOBODY = { limits: DEFAULTS, overrides: {}, seq: null, since: null, by: "default" };

async function put(body: string | object, type = "application/json"): Promise<[number, Record<string, unknown>]> {
  const answer = await fetch(`${serving.url}/v1/limits`, { method: "PUT", body: typeof body === "string" ? body : JSON.stringify(body), headers: { "content-type": type } });
  return [answer.status, (await answer.json()) as Record<string, unknown>];
}

test("limits are read, set by name as exact texts, journaled, and survive a restart", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "fillbook-limits-"));
  serving = await Serving.begin({ dataDir });
  expect(await serving.get("/v1/limits")).toEqual([200, NOBODY]);
  expect(await put('{"maxPositionValue": 100000000000000000.000000000000000001, "concentration_limit": "0.30"}')).toMatchObject([200, { limits: { ...DEFAULTS, maxPositionValue: "100000000000000000.000000000000000001", concentrationLimit: "0.3" }, seq: 2, since: "2024-07-03T09:46:40Z", by: "request" }]);
  serving.clock.ns += 1_000_000_000n;
  const [, answer] = await put({ limits: { concentrationLimit: null, maxVar: "6000" }, seq: 2, since: "", by: "request" });
  expect(answer).toMatchObject({ limits: { ...DEFAULTS, maxPositionValue: "100000000000000000.000000000000000001", maxVar: "6000", concentrationLimit: null }, seq: 3, since: "2024-07-03T09:46:41Z" });
  expect((await put({ maxVar: "6000.0" }))[1]).toEqual(answer); // says nothing new
  await serving.close();
  serving = await Serving.begin({ dataDir });
  expect((await serving.get("/v1/limits"))[1]).toEqual(answer);
  rmSync(dataDir, { recursive: true });
});

test.each([
  ["an unknown one", { maxVarr: "1" }, 400, /"maxVarr" is no limit: did you mean maxVar\?/],
  ["a percentage", { concentrationLimit: "20" }, 400, /concentrationLimit: "20" is not a fraction from 0 to 1/],
  ["less than nothing", { maxVar: "-1" }, 400, /maxVar: "-1" is not an amount/],
  ["no number", { maxVar: true }, 400, /maxVar: write an amount as text/],
  ["nothing", {}, 400, /no limit is named/],
  ["a list", [], 400, /send an object/],
  ["no JSON", "{", 400, /no JSON/],
  ["half an order", { maxOrderRate: "0.5" }, 400, /maxOrderRate: "0.5" is not a whole number/],
  ["an override of nothing that there is", { overrides: { desk: {} } }, 400, /"desk" is none of account, venue, symbol, strategy/],
  ["an override without a name", { overrides: { account: { "": { maxVar: "1" } } } }, 400, /overrides: account: the name "" is empty/],
  ["an override that is no limit", { overrides: { account: { a: "1" } } }, 400, /overrides: account: a: send limits like/],
  ["an override with a slip", { overrides: { account: { a: { maxVr: "1" } } } }, 400, /overrides: account: a: "maxVr" is no limit: did you mean maxVar\?/],
  ["an override that inherits nothing", { overrides: { account: { a: { maxVr: "inherit" } } } }, 400, /"maxVr" is no limit/],
  ["one twice", '{"maxVar":"1","maxVar":"2"}', 400, /stands twice/],
])("%s is refused, and sets nothing", async (_, body, status, says) => {
  serving = await Serving.begin();
  expect(await put(body)).toMatchObject([status, { detail: expect.stringMatching(says) as string }]);
  expect(await put("{}", "application/x-ndjson")).toMatchObject([415, { code: "unsupported_media_type" }]);
  expect((await serving.get("/v1/limits"))[1]).toEqual(NOBODY);
});

test("limits of an account, a venue, a symbol and a strategy stand in the place of the common ones, until they inherit again", async () => {
  serving = await Serving.begin();
  const overrides = { account: { a: { maxVar: "100", maxPortfolioVar: null }, b: { maxVar: "1" } }, symbol: { "BTC/USD": { maxOrderRate: "60" } }, strategy: { __proto: { warningLevel: "0.5" } } };
  const [status, answer] = await put({ overrides });
  expect([status, answer]).toMatchObject([200, { limits: DEFAULTS, overrides, by: "request", seq: 2 }]);
  expect((await put(answer))[1]).toEqual(answer); // an answer may be sent back as it is
  expect((await put({ overrides: { account: { a: { maxVar: "inherit" }, b: null } } }))[1]).toMatchObject({ overrides: { account: { a: { maxPortfolioVar: null } } }, seq: 3 });
  expect((await serving.get("/v1/limits"))[1]).toMatchObject({ overrides: { symbol: overrides.symbol, strategy: overrides.strategy } });
});

test("a token that is bound to an account sees what limits are set for it, and not for others", async () => {
  serving = await Serving.begin({ tokens: [{ name: "admin", scopes: ["admin"] }, { name: "mine", scopes: ["read"], accounts: ["mine"] }] });
  const headers = { ...serving.bearer("admin"), "content-type": "application/json" };
  await fetch(`${serving.url}/v1/limits`, { method: "PUT", body: JSON.stringify({ overrides: { account: { mine: { maxVar: "1" }, theirs: { maxVar: "2" } } } }), headers });
  expect((await serving.get("/v1/limits", serving.bearer("mine")))[1]).toMatchObject({ overrides: { account: { mine: { maxVar: "1" } } } });
  expect(JSON.stringify(await serving.get("/v1/limits", serving.bearer("mine")))).not.toContain("theirs");
});
