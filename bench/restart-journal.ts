import { Directory, FillColumns, traitsOf } from "../src/core/model/index.ts";
import { FileJournal } from "../src/journal/index.ts";

const BLOCK = 1_000;
const TRAITS = traitsOf({ unit: "ms" }, { liquidity: "taker", venueType: "cex" });
const START_MS = Date.UTC(2024, 0, 2);
const VENUES = ["kraken", "binance"];

/** Writes a journal of fills that are all told by their number: see `addFill`. */
export function writeJournal(folder: string, fills: number, positions: number): void {
  const journal = FileJournal.open(folder, { write: true });
  const directory = new Directory();
  journal.append([{ kind: "facts", facts: [{ type: "configured", currency: "USD" }] }], 0n);
  const columns = new FillColumns(BLOCK);
  let routes = 0;
  for (let number = 0; number < fills; ) {
    columns.clear();
    for (; columns.count < BLOCK && number < fills; number += 1) addFill(columns, directory, number, positions);
    journal.append([{ kind: "fills", page: directory.since(0, routes), fills: columns }], BigInt(START_MS) * 1_000_000n);
    routes = directory.routeCount;
  }
  journal.sync();
  journal.close();
}

/** Fill `number`: a random position, half on each of two venues, random amounts, an id of its own. */
export function addFill(to: FillColumns, directory: Directory, number: number, positions: number): void {
  const row = to.count;
  const start = to.textLength;
  const position = hashed(number) % positions;
  const units = uneven(1 + (hashed(number + 1e8) % 99_998));
  to.quantity[row] = (hashed(number + 2e8) & 1) === 0 ? units : -units;
  to.quantityDigits[row] = 3;
  to.price[row] = uneven(100 + (hashed(number + 3e8) % 49_900));
  to.priceDigits[row] = 2;
  to.fee[row] = uneven(1 + (hashed(number + 4e8) % 90_000));
  to.feeDigits[row] = 4;
  const ns = BigInt(START_MS + number * 37) * 1_000_000n;
  to.timeHigh[row] = Number(ns >> 32n);
  to.timeLow[row] = Number(ns & 0xffff_ffffn);
  to.route[row] = directory.routeNumber("main", VENUES[position % VENUES.length]!, `S${position}/USD`);
  to.feeCurrency[row] = -1;
  to.strategy[row] = -1;
  to.signal[row] = -1;
  to.traits[row] = TRAITS;
  const id = `T${1_000_000 + number}`;
  to.reserveText(id.length);
  for (let i = 0; i < id.length; i += 1) to.texts[start + i] = id.charCodeAt(i);
  to.idEnd[row] = start + id.length;
  to.noteEnd[row] = start + id.length;
  to.count = row + 1;
}

/** Amounts are kept with the fewest digits that state them. */
function uneven(mantissa: number): number {
  return mantissa % 10 === 0 ? mantissa + 1 : mantissa;
}

function hashed(number: number): number {
  let h = Math.imul(number ^ (number >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
