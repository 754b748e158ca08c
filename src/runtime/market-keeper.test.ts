import { afterEach, expect, test } from "vitest";
import { message } from "../../test/ladders.ts";
import { until } from "../../test/service-kit.ts";
import { SymbolMap, TakerFees, TransferCosts } from "../core/market/index.ts";
import type { Mark } from "../core/model/index.ts";
import { zero } from "../core/num/index.ts";
import { MarketKeeper } from "./market-keeper.ts";
import { ServiceRefuses } from "./service-refuses.ts";

const US = 1_720_000_000_000_000;
let keeper: MarketKeeper;
afterEach(() => keeper.close());

function begin(mark: (marks: readonly Mark[]) => Promise<number>, onError: (error: unknown) => void, mostLadders?: number): void {
  const service = { read: () => Promise.reject(new Error("nobody reads")), mark };
  keeper = new MarketKeeper({ rules: new SymbolMap([]), fees: new TakerFees([]), maxAgeUs: 1_000_000, minBasisPoints: zero, minNetProfit: zero, transferCosts: new TransferCosts([]), marks: true, service, clock: { nowNs: () => BigInt(US) * 1_000n }, onError, tickMs: 5, ...(mostLadders === undefined ? {} : { mostLadders }) });
}
const snapshot = (venue: string) => message("snapshot", "99 x 1", "100 x 1", { venue, timeUs: US });

test("a mark that the service refuses for now is handed on again, and that is no error", async () => {
  const handed: string[] = [];
  const errors: unknown[] = [];
  begin((marks) => {
    handed.push(...marks.map(({ price }) => price));
    return handed.length < 3 ? Promise.reject(new ServiceRefuses("overloaded", "too much waits")) : Promise.resolve(0);
  }, (error) => errors.push(error));
  keeper.take([snapshot("a")]);
  await until("it was taken", () => handed.length === 3);
  await new Promise((done) => setTimeout(done, 50));
  expect([handed, errors]).toEqual([["99.5", "99.5", "99.5"], []]); // and once it is taken, never again
});

test("more ladders than are held are refused, and those that are there go on", () => {
  begin(() => Promise.resolve(0), () => undefined, 1);
  expect(keeper.take([snapshot("a"), snapshot("b"), snapshot("a")])).toEqual([{ code: "taken" }, { code: "refused", why: "1 ladders are held already, and this is another one: a restart begins without any" }, { code: "taken" }]);
  expect(keeper.markets()).toEqual(["BTC/USD"]);
});
