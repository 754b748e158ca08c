import { bytesInPlace, decodeFills, encodedFillsSize, encodeFills, type Directory, type DirectoryPage, type FillColumns } from "../../core/model/index.ts";
import type { ReadFillsOptions } from "./read-fills.ts";
import type { RefusedRow } from "./refused.ts";
import type { FileIdentity } from "./source.ts";
import type { UnitsState } from "./units.ts";

/** A part of a CSV file to be read by itself: both ends lie behind a line feed, or at the end of the file. */
export interface StripTask {
  readonly path: string;
  readonly identity: FileIdentity; // of the file as it was opened
  readonly from: number;
  readonly to: number;
  readonly separator: number;
  readonly header: Uint8Array; // the first row of the file
  readonly options: Pick<ReadFillsOptions, "map" | "account" | "venue" | "ignoreExtra">;
}

/** What stands in a strip, if it starts with a row. Lines count from 1 at its start, routes and names are those of `page`. */
export interface Strip {
  readonly to: number;
  readonly lines: number;
  readonly batches: readonly StripBatch[];
  readonly refused: readonly RefusedRow[];
  readonly units: UnitsState;
  readonly page: DirectoryPage;
}
export interface StripBatch {
  readonly fills: Uint8Array<ArrayBuffer>; // as `encodeFills` writes them
  readonly lines: Uint32Array<ArrayBuffer>;
  readonly seqs: Float64Array<ArrayBuffer> | undefined;
}

/** A batch in a form that can go from thread to thread: a full one as it lies in memory, which is used up. */
export function stripBatch(fills: FillColumns, lines: Uint32Array, seqs: Float64Array | undefined): StripBatch {
  return { fills: bytesInPlace(fills) ?? copied(fills), lines: lines.slice(), seqs: seqs?.slice() };
}

function copied(fills: FillColumns): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(encodedFillsSize(fills));
  encodeFills(fills, bytes, 0);
  return bytes;
}

/** The batches of a strip in numbers of another directory, with their lines in the whole file. Uses up the strip. */
export function* takenOver({ batches, page }: Strip, directory: Directory, linesBefore: number): Generator<{ fills: FillColumns; lines: Uint32Array; seqs: Float64Array | undefined }> {
  const routes = Int32Array.from(page.routes, ([account, venue, symbol]) => directory.routeNumber(account, venue, symbol));
  const names = Int32Array.from(page.names, (name) => directory.nameNumber(name));
  const renamed = names.some((number, of) => number !== of);
  for (const { fills: bytes, lines, seqs } of batches) {
    const { fills } = decodeFills(bytes, 0);
    const { route, feeCurrency, strategy, signal, count } = fills;
    for (let row = 0; row < count; row += 1) {
      route[row] = routes[route[row]!]!;
      lines[row]! += linesBefore;
    }
    if (renamed) for (const column of [feeCurrency, strategy, signal]) for (let row = 0; row < count; row += 1) if (column[row] !== -1) column[row] = names[column[row]!]!;
    yield { fills, lines, seqs };
  }
}
