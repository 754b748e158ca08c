import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { FileJournal } from "../src/journal/index.ts";
import { root } from "./files.ts";
import { temporaryFolder } from "./journal-kit.ts";

const built = (path: string) => JSON.stringify(pathToFileURL(join(root, "dist/src", path)).href);

/** Another thread that writes block after block, into space that it reserved, until it is ended. */
const writing = (folder: string): string => `
import { Directory, FillColumns } from ${built("core/model/index.js")};
import { FileJournal } from ${built("journal/index.js")};
const directory = new Directory();
const journal = FileJournal.open(${JSON.stringify(folder)}, { write: true, reserveBytes: 65536, segmentBytes: 8_000_000 });
const one = { mantissa: 1n, digits: 0 };
for (let n = 0; ; n += 1) {
  const [names, routes, fills] = [directory.nameCount, directory.routeCount, new FillColumns(8)];
  for (let i = 0; i <= n % 7; i += 1) fills.push({ id: n + "-" + i, account: "a", venue: "x", symbol: "A", quantity: one, price: one, fee: one, feeCurrency: "", time: { ns: 1n, unit: "ns" }, venueType: "cex", liquidity: "", strategy: "", signalId: "" }, directory);
  journal.append([{ kind: "fills", page: directory.since(names, routes), fills }], 1n);
}
`;

test("who reads while blocks are written sees whole blocks, and takes none that is being written for damage", async () => {
  const folder = temporaryFolder();
  const writer = new Worker(new URL(`data:text/javascript,${encodeURIComponent(writing(folder))}`));
  const failed = new Promise<never>((_, fail) => writer.on("error", fail));
  try {
    const following = FileJournal.open(folder, { write: false });
    const begun = performance.now();
    let before = 0;
    for (let looks = 1; performance.now() < begun + 2_000 || before <= 10_000; looks += 1) {
      const end = Math.max(following.refresh(), FileJournal.open(folder, { write: false }).nextSeq);
      expect(end).toBeGreaterThanOrEqual(before);
      before = end;
      if (looks % 64 === 0) await Promise.race([new Promise((done) => setImmediate(done)), failed]);
    }
  } finally {
    await writer.terminate();
  }
});
