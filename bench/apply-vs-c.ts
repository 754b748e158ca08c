import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Directory, type FillColumns } from "../src/core/model/index.ts";
import { moneyDigits, unitFactor } from "../src/core/position/index.ts";
import type { Book } from "../src/core/book/index.ts";
import { everyday } from "./apply-exact.ts";
import { nsPerFill, openedBook, randomMarket, rememberRows, type Market } from "./market.ts";
import { alternate, type Benchmark, type Measured, type NotRun } from "./measure.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const SOURCE = join(import.meta.dirname, "..", "..", "bench", "apply.c");
const FILL_BYTES = 40;

export const applyVsC: Benchmark = {
  name: "apply-vs-c",
  measures: "the fills of apply-exact",
  against: "C with __int128 and prefetch doing the same to the same rows (bench/apply.c)",
  goal: 0.4,
  run: async () => {
    const compiler = ["cc", "gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);
    if (compiler === undefined) return { notRun: "no C compiler is found here" };
    return inTemporaryFolder((folder) => measure(compiler, folder));
  },
};

async function measure(compiler: string, folder: string): Promise<Measured | NotRun> {
  const program = join(folder, "apply");
  const { status, stderr } = spawnSync(compiler, ["-O3", "-march=native", "-o", program, SOURCE], { encoding: "utf8" });
  if (status !== 0) return { notRun: `${compiler} does not compile bench/apply.c: ${stderr.split("\n")[0]}` };
  const directory = new Directory();
  const market = randomMarket(everyday, directory);
  const book = openedBook(market, directory);
  const reopen = rememberRows(book);
  const input = join(folder, "fills");
  writeFileSync(input, Buffer.concat(encoded(book, market)));
  book.apply(market.fills);
  const expected = checksum(book);
  return alternate({
    rounds: 7,
    unit: "ns/fill",
    better: "less",
    subject: () => nsPerFill(book, market, reopen),
    baseline: () => {
      const [ns, sum] = execFileSync(program, [input], { encoding: "utf8" }).trim().split(" ");
      if (BigInt(sum!) !== expected) throw new Error(`C and the book end with different rows: ${sum}, ${expected}`);
      return Number(ns);
    },
    notes: () => ["C and the book end with the same rows, by checksum"],
  });
}

function encoded(book: Book, { opening, fills }: Market): Uint8Array[] {
  const routes = book.directory.routeCount;
  const forms = new BigInt64Array(book.table.count * 4);
  for (let row = 0; row < book.table.count; row += 1) {
    const scale = book.table.scale(row);
    forms.set([BigInt(scale.quantityDigits), BigInt(scale.priceDigits), BigInt(moneyDigits(scale)), unitFactor(scale)], row * 4);
  }
  const rowsOfRoutes = Int32Array.from({ length: routes * 2 }, (_, i) => (i % 2 === 0 ? book.venueRowOf(i >> 1) : book.netRowOf(i >> 1)).row);
  const head = BigInt64Array.of(BigInt(book.table.count), BigInt(routes), BigInt(opening.count), BigInt(fills.count));
  return [head, forms, rowsOfRoutes, encodedFills(opening), encodedFills(fills)].map((part) => new Uint8Array(part.buffer));
}

function encodedFills(fills: FillColumns): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(fills.count * FILL_BYTES);
  const longs = new BigInt64Array(bytes.buffer);
  const ints = new Int32Array(bytes.buffer);
  for (let i = 0; i < fills.count; i += 1) {
    longs.set([BigInt(fills.quantity[i]!), BigInt(fills.price[i]!), BigInt(fills.fee[i]!), fills.timeNs(i)], i * 5);
    ints[i * 10 + 8] = fills.route[i]!;
    bytes.set([fills.quantityDigits[i]!, fills.priceDigits[i]!, fills.feeDigits[i]!], i * FILL_BYTES + 36);
  }
  return bytes;
}

/** The same as in apply.c. */
function checksum({ table }: Book): bigint {
  let sum = 0n;
  for (let row = 0; row < table.count; row += 1) {
    const p = table.read(row);
    const own = p.quantity + 3n * p.cost + 5n * p.realized + 7n * p.fees + 11n * p.volume + 13n * p.peakCost + 17n * BigInt(p.trades) + 19n * p.lastNs + 23n * p.openedNs;
    sum = BigInt.asUintN(64, sum * 31n + own);
  }
  return sum;
}
