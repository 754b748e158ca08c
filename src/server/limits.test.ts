import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Serving } from "../../test/service-kit.ts";

let serving: Serving;
afterEach(() => serving.close());
const NONE = { maxPositionValue: null, maxVar: null, maxPortfolioVar: null, maxDrawdownLimit: null, concentrationLimit: null, maxCorrelationRisk: null };

async function put(body: string | object, type = "application/json"): Promise<[number, Record<string, unknown>]> {
  const answer = await fetch(`${serving.url}/v1/limits`, { method: "PUT", body: typeof body === "string" ? body : JSON.stringify(body), headers: { "content-type": type } });
  return [answer.status, (await answer.json()) as Record<string, unknown>];
}

test("limits are read, set by name as exact texts, journaled, and survive a restart", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "fillbook-limits-"));
  serving = await Serving.begin({ dataDir });
  expect(await serving.get("/v1/limits")).toEqual([200, { limits: NONE, seq: null, since: null, by: null }]);
  expect(await put('{"maxPositionValue": 100000000000000000.000000000000000001, "concentration_limit": "0.20"}')).toMatchObject([200, { limits: { ...NONE, maxPositionValue: "100000000000000000.000000000000000001", concentrationLimit: "0.2" }, seq: 2, since: "2024-07-03T09:46:40Z", by: "request" }]);
  serving.clock.ns += 1_000_000_000n;
  const [, answer] = await put({ limits: { concentrationLimit: null, maxVar: "5000" }, seq: 2, since: "", by: "request" });
  expect(answer).toMatchObject({ limits: { ...NONE, maxPositionValue: "100000000000000000.000000000000000001", maxVar: "5000" }, seq: 3, since: "2024-07-03T09:46:41Z" });
  expect((await put({ maxVar: "5000.0" }))[1]).toEqual(answer); // says nothing new
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
  ["one twice", '{"maxVar":"1","maxVar":"2"}', 400, /stands twice/],
])("%s is refused, and sets nothing", async (_, body, status, says) => {
  serving = await Serving.begin();
  expect(await put(body)).toMatchObject([status, { detail: expect.stringMatching(says) as string }]);
  expect(await put("{}", "application/x-ndjson")).toMatchObject([415, { code: "unsupported_media_type" }]);
  expect((await serving.get("/v1/limits"))[1]).toMatchObject({ limits: NONE, seq: null });
});
