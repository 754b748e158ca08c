import { fold } from "../../core/engine/index.ts";
import { FileJournal, verifyJournal } from "../../journal/index.ts";
import type { Book, BookRow } from "../../core/book/index.ts";
import { contextOf, type CommonOptions } from "../context.ts";
import { progressOf } from "../progress.ts";

/** `fillbook verify`: every checksum and the hash chain, then the book folded twice: by the columns, and by the readable reference. */
export async function verify(options: CommonOptions): Promise<number> {
  const context = await contextOf(options);
  const journal = verifyJournal(context.dataDir, progressOf(context, "checking the journal"));
  const differences = compareFolds(context.dataDir, context.config.currency);
  const answer = { ok: differences.length === 0, ...journal, differences };
  if (context.json) context.print(JSON.stringify(answer, null, 2));
  else {
    context.print(`journal: ${journal.entries} entries in ${journal.blocks} blocks, ${(journal.bytes / 1_048_576).toFixed(1)} MB; every checksum and the hash chain hold`);
    context.print(`head hash: ${journal.headHash}`);
    context.print(differences.length === 0 ? "book: the columns and the readable reference agree on every row" : `book: ${differences.length} rows differ between the columns and the readable reference:`);
    for (const difference of differences.slice(0, 20)) context.print(`  ${difference}`);
  }
  return differences.length === 0 ? 0 : 1;
}

function compareFolds(dataDir: string, currency: string): string[] {
  const journal = FileJournal.open(dataDir, { write: false });
  try {
    const columns = fold(() => journal.blocks(), { currency }).book;
    const reference = fold(() => journal.blocks(), { currency, readable: true }).book;
    return differencesOf(columns, reference);
  } finally {
    journal.close();
  }
}

function differencesOf(a: Book, b: Book): string[] {
  const rowsOf = (book: Book): [string, BookRow][] => [...book.nets()].flatMap((net) => [[`${net.account} ${net.symbol}`, net], ...net.venues.map((row): [string, BookRow] => [`${net.account} ${net.symbol} on ${row.venue}`, row])] as [string, BookRow][]);
  const others = rowsOf(b);
  return rowsOf(a).flatMap(([name, row], i) => {
    const mine = contentOf(a, row);
    const other = others[i] === undefined ? "no row" : contentOf(b, others[i][1]);
    return mine === other ? [] : [`${name}: ${mine}, by the reference ${other}`];
  });
}

function contentOf(book: Book, row: BookRow): string {
  const position = book.table.read(row.row);
  return JSON.stringify({ ...position, fees: [position.fees, row.fees.amounts] }, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}
