import { afterEach, expect, test } from "vitest";
import { Serving, until } from "../../test/service-kit.ts";

let serving: Serving;
afterEach(() => serving.close());
const figures = async (name: string) => (await serving.get("/v1/positions"))[1].positions.map((position) => (position as unknown as Record<string, unknown>)[name]);

test("marks value at once, and one of each symbol and interval is journaled", async () => {
  serving = await Serving.begin({ marksEveryNs: 5_000_000_000n });
  await serving.post("/v1/fills", { id: "1", venue: "x", symbol: "ABC", side: "buy", quantity: "1", price: "1", timestamp: "2024-01-01" });
  const kept: unknown[] = [];
  for (let i = 1; i <= 5; i += 1) {
    kept.push(((await serving.post("/v1/marks", { symbol: "ABC", price: `${i}` }))[1] as unknown as { kept: number }).kept);
    expect(await figures("markPrice")).toEqual([`${i}`]);
    serving.clock.ns += 1_000_000n;
  }
  expect(kept).toEqual([1, 0, 0, 0, 0]);
  await until("the last one is journaled", () => serving.service.seq === 4); // currency, fill, the first mark, the last
});

test("with Prefer: return=minimal only refused marks are answered one by one", async () => {
  serving = await Serving.begin();
  const response = await fetch(`${serving.url}/v1/marks`, { method: "POST", headers: { "content-type": "application/x-ndjson", prefer: "return=minimal" }, body: '{"symbol":"ABC","price":"5"}\n{"symbol":"ABC","price":"much"}\n' });
  expect([response.status, await response.json()]).toEqual([207, { results: [{ index: 1, status: "refused", reason: expect.stringContaining("price") as string }], kept: 1, seq: serving.service.seq }]);
});

test("where updates are not in real time, values change when the interval is over", async () => {
  serving = await Serving.begin({ marksEveryNs: 5_000_000_000n, realTimeUpdates: false });
  await serving.post("/v1/fills", { id: "1", venue: "x", symbol: "ABC", side: "buy", quantity: "1", price: "1", timestamp: "2024-01-01" });
  await serving.post("/v1/marks", [{ symbol: "ABC", price: "7" }, { symbol: "ABC", price: "8" }]);
  expect(await figures("markPrice")).toEqual([null]);
  await until("the value has changed", async () => (await figures("markPrice"))[0] === "8");
  expect(serving.service.seq).toBe(3);
});

test("a deposit that states no cost is worth the last mark before it, though that was not of record yet", async () => {
  serving = await Serving.begin();
  for (const price of ["5", "6", "7"]) {
    await serving.post("/v1/marks", { symbol: "ABC", price });
    serving.clock.ns += 1_000_000n;
  }
  expect(await serving.post("/v1/events", { type: "deposit", venue: "x", symbol: "ABC", quantity: "2", timestamp: `${serving.clock.ns}` })).toMatchObject([200, { seq: 4 }]); // currency, 5, 7, the deposit
  expect(await figures("totalCost")).toEqual(["14"]);
});

test("marks that are held when the service stops are of record", async () => {
  serving = await Serving.begin();
  for (const price of ["5", "6", "7"]) {
    await serving.post("/v1/marks", { symbol: "ABC", price });
    serving.clock.ns += 1_000_000n;
  }
  expect(serving.service.seq).toBe(2);
  await serving.service.stop();
  expect(serving.service.seq).toBe(3);
});
