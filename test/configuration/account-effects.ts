import { expect } from "vitest";
import { fillJson, until } from "../service-kit.ts";
import { computedFee, own, yamlOf, type Effect } from "./effect.ts";
import { ANY_PORT } from "./place.ts";

/** What is set of an account, a symbol and a strategy; orders, and the breaker. */
export const accountEffects = (): readonly Effect[] => [
  { key: "accounts.main.method", value: "fifo", wrong: "random", isSeen: async (at) => {
    at.run(["import", at.fills(1)]);
    expect(at.positionOf()).toMatchObject({ account: "main", method: "fifo" });
    expect(at.json(["export", "--format", "json"])["events"]).toMatchObject([{ type: "configure", account: "main", method: "fifo" }]);
    const { seq } = at.json(["positions"]) as unknown as { seq: number };
    at.run(["import", "fills.csv"]);
    expect(at.json(["positions"])["seq"]).toBe(seq); // it has the method: nothing to journal
    at.write("fillbook.yaml", yamlOf("accounts.main.method", "lifo"));
    await (await at.serve(...ANY_PORT)).stop();
    expect(at.positionOf()).toMatchObject({ method: "lifo" });
  } },
  { key: "accounts.main.kalshi_grid", value: "0.0001", wrong: "0.001", isSeen: (at) => {
    expect(computedFee(at)).toBe("17.5"); // 0.07 × 10 × 0.5 × 0.5 dollars; 18 in whole cents
  } },
  ...own("accounts", "main"),
  ...own("symbols", "ABC"),
  ...own("strategies", "slow"),
  { key: "limits.unknown", value: "allow", wrong: "perhaps", isSeen: (at) => {
    at.run(["import", at.fills(1)]);
    at.write("limits.csv", "type,timestamp,limits\nlimit,2024-01-01,max_var=5000\n");
    at.run(["events", "limits.csv"]);
    const order = ["check", "--symbol", "ABC", "--venue", "kraken", "--side", "buy", "--quantity", "1", "--price", "10"];
    expect(at.json(order)).toMatchObject({ allowed: true, standing: [{ limit: "max_var", value: null }] });
    expect(at.json(order, { FILLBOOK_LIMITS__UNKNOWN: "refuse" })).toMatchObject({ allowed: false });
  } },
  { key: "breaker.trip_on", value: "position_size", wrong: "rain", isSeen: async (at) => {
    const service = await at.serve(...ANY_PORT);
    await service.send("/v1/limits", { maxPositionValue: "1" }, "PUT");
    await service.send("/v1/fills", fillJson("1"));
    await service.send("/v1/marks", { symbol: "BTC/USD", price: "60000" });
    await until("a breach of a position trips", async () => (await service.get("/v1/breaker"))["by"] === "position_size");
    await service.stop();
  } },
  { key: "breaker.cool_down", value: "1s", wrong: "0s", isSeen: async (at) => {
    const service = await at.serve(...ANY_PORT);
    await service.send("/v1/breaker/trip", { why: "drill" });
    await until("it cools down", async () => (await service.get("/v1/breaker"))["state"] === "half_open");
    await service.stop();
  } },
  { key: "breaker.probes", value: "2", wrong: "-1", isSeen: async (at) => {
    at.write("fillbook.yaml", "breaker: {probes: 2, cool_down: 1s}\nlimits: {unknown: allow}\nposition_management: {risk_limits: {concentration_limit: none}}\n");
    const service = await at.serve(...ANY_PORT);
    await service.send("/v1/breaker/trip", { why: "drill" });
    await until("it cools down", async () => (await service.get("/v1/breaker"))["state"] === "half_open");
    const allowed = async () => (await service.send("/v1/check", { symbol: "ABC", venue: "kraken", side: "buy", quantity: "1", price: "10" })).body["allowed"];
    expect([await allowed(), await allowed(), await allowed()]).toEqual([true, true, false]);
    await service.stop();
  } },
  { key: "breaker.refusal_burst", value: "3", wrong: "0", isSeen: async (at) => {
    at.write("fillbook.yaml", "breaker: {trip_on: refusal_burst, refusal_burst: 3}\n");
    const service = await at.serve(...ANY_PORT);
    await service.send("/v1/fills", [fillJson("1", { quantity: "0" }), fillJson("2", { quantity: "0" })]);
    expect((await service.get("/v1/breaker"))["state"]).toBe("closed");
    await service.send("/v1/fills", [fillJson("3", { quantity: "0" })]);
    await until("a burst trips", async () => (await service.get("/v1/breaker"))["by"] === "refusal_burst");
    await service.stop();
  } },
];
