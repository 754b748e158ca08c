import fc from "fast-check";
import { expect, test } from "vitest";
import { followKnowing } from "../core/engine/index.ts";
import { formatTime } from "../core/model/index.ts";
import { FileJournal } from "../journal/index.ts";
import { Ledger } from "../runtime/index.ts";
import { anyAct, Life, type Act } from "../../test/acts.ts";
import { anyFills } from "../../test/generators.ts";
import { temporaryFolder } from "../../test/journal-kit.ts";
import { ReadableFillRows } from "../../test/readable-fill-rows.ts";
import { FillRows } from "./fill-rows.ts";

const anyTold = fc.oneof(fc.array(anyAct, { minLength: 1, maxLength: 25 }), anyFills(25).map((fills): Act[] => [{ do: "mark", symbol: "BNB/USD", price: 300 }, { do: "fills", fills }]));

test("rows of fills are, byte for byte, those that the objects of the history and the executions of the library make", () => {
  let rows = 0;
  fc.assert(
    fc.property(anyTold, (acts) => {
      const dataDir = temporaryFolder();
      let nowNs = 1_767_225_600_000_000_000n;
      const ledger = Ledger.open({ dataDir, currency: "USD", clock: { nowNs: () => (nowNs += 25_000_000_000n) } });
      const life = new Life(ledger);
      for (const act of acts) life.do(act);
      ledger.close();
      const journal = FileJournal.open(dataDir, { write: false });
      const [plain, readable] = [new FillRows(() => true), new ReadableFillRows()];
      for (const observer of [plain, readable]) {
        const following = followKnowing(() => journal.blocks(), { currency: "USD" }, observer);
        for (const block of journal.blocks()) {
          observer.createdAt = formatTime(block.timeNs);
          following.step(block);
        }
      }
      journal.close();
      const taken = [...plain.take()];
      expect(textOf(taken.flatMap(({ history }) => history))).toBe(readable.history.join(""));
      expect(textOf(taken.flatMap(({ performance }) => performance))).toBe(readable.performance.join(""));
      rows += readable.history.length;
    }),
    { numRuns: 60 },
  );
  expect(rows).toBeGreaterThan(100);
});

function textOf(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString();
}
