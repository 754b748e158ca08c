import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Serving } from "../../test/service-kit.ts";

let serving: Serving;
afterEach(() => serving.close());
const row = (date: string, symbol: string, close: string, more = {}) => ({ date, symbol, close, ...more });
const held = () => serving.service.read(({ folded }) => [...folded.risk.prices.facts()]);

test("closes are taken row by row, durable before they are answered, and the same again are duplicates", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "fillbook-prices-"));
  serving = await Serving.begin({ dataDir });
  const rows = [row("2024-01-02", "SPY", "472.65"), row("2024-01-03", "SPY", "468.79"), row("2024-01-02", "QQQ", "402.59")];
  expect(await serving.post("/v1/prices", { prices: rows })).toMatchObject([200, { accepted: 3, duplicates: 0, refused: 0, seq: 3, results: [{ index: 0, status: "accepted" }, { index: 1 }, { index: 2 }] }]);
  await serving.close();
  serving = await Serving.begin({ dataDir });
  expect(await held()).toEqual([{ symbol: "QQQ", days: [19_724], closes: ["402.59"] }, { symbol: "SPY", days: [19_724, 19_725], closes: ["472.65", "468.79"] }]);
  expect(await serving.post("/v1/prices", rows)).toMatchObject([200, { accepted: 0, duplicates: 3, seq: 3, results: [{ status: "duplicate" }, {}, {}] }]);
  expect(await serving.post("/v1/prices", row("2024-01-03", "SPY", "468.8"))).toMatchObject([200, { accepted: 1, seq: 4 }]);
  rmSync(dataDir, { recursive: true });
});

test("a row that is no close is refused with its column and reason, and the others are taken", async () => {
  serving = await Serving.begin();
  const rows = [
    row("2024-01-02", "SPY", "0"), row("2024-02-30", "SPY", "1"), row("2024-07-04", "SPY", "1"), row("2024-01-02", "", "1"), row("2024-01-02", "SPY", "1", { period: "1h" }), row("2024-01-02", "SPY", "1", { volume: "5" }), row("2024-01-02", "SPY", "472.65"),
  ];
  const [status, answer] = await serving.post("/v1/prices", rows.map((one) => JSON.stringify(one)).join("\n"), { "content-type": "application/x-ndjson", prefer: "return=minimal" });
  expect([status, answer]).toMatchObject([207, { accepted: 1, refused: 6 }]);
  expect(answer.results.map(({ index, reason }) => `${index} ${reason}`)).toEqual([
    expect.stringMatching(/^0 close: "0" is not above 0/), expect.stringMatching(/^1 date: /), expect.stringMatching(/^2 date: future_time: 2024-07-04 has not begun/), expect.stringMatching(/^3 symbol: is empty/), expect.stringMatching(/^4 period: "1h" is none of 1d/), expect.stringMatching(/^5 unknown key "volume"/),
  ]);
});

test("a body of nothing but what is known says so, and journals nothing", async () => {
  serving = await Serving.begin();
  expect(await serving.post("/v1/prices", "[]")).toMatchObject([200, { accepted: 0, seq: 0, results: [] }]);
  expect(await serving.post("/v1/prices", "{")).toMatchObject([400, { code: "not_json" }]);
});
