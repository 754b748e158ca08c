import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { Directory } from "../src/core/model/index.ts";
import { Ledger } from "../src/runtime/index.ts";
import { Store } from "../src/store/index.ts";
import { columnsOf } from "./acts.ts";
import { root } from "./files.ts";
import { plainFill, temporaryFolder } from "./journal-kit.ts";

const FILLS = 10_000;
const AT_ONCE = 250;

test("a question is answered while the embedded tables are far behind, and a stop is heard", async () => {
  const dataDir = temporaryFolder();
  const ledger = Ledger.open({ dataDir, currency: "USD", clock: { nowNs: () => 1_767_225_600_000_000_000n } });
  const directory = new Directory();
  for (let at = 0; at < FILLS; at += AT_ONCE) ledger.bookFills(columnsOf(Array.from({ length: AT_ONCE }, (_, i) => plainFill(`${at + i}`)), directory), directory);
  const first = ledger.seq - FILLS; // before it: what the folder began with
  ledger.close();
  const store = Store.begin({
    dataDir, url: undefined, currency: "USD", risk: { method: "historical_simulation", lookbackDays: 252 }, periodNs: 60_000_000_000n, retentionDays: undefined, entriesAtOnce: AT_ONCE,
    durableThrough: () => first + FILLS, program: pathToFileURL(join(root, "dist/src/bin/store-worker.js")),
  });
  await store.reached(first + 1);
  const { rows, seq } = await store.ask("SELECT count(*)::int AS fills FROM trader_position_history");
  expect(seq).toBeLessThan(first + FILLS);
  expect(Number(rows[0]!["fills"])).toBe(seq - first);
  await store.stop(0); // after the transaction at hand
  expect(store.seq).toBeLessThan(first + FILLS);
});
