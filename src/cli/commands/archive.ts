import { archiveJournal } from "../../runtime/index.ts";
import { contextOf, countOption, mustBeThere, timeOption, type CommonOptions } from "../context.ts";
import { UsageError } from "../usage-error.ts";

interface ArchiveOptions extends CommonOptions {
  readonly to: string;
  readonly before?: string;
  readonly keep?: string;
}

/** `fillbook archive`: moves full segments of the journal away. They are read from there; nothing is forgotten. */
export async function archive(options: ArchiveOptions): Promise<number> {
  const context = await contextOf(options);
  const { dataDir, clock, json } = context;
  mustBeThere(dataDir);
  if (options.before !== undefined && options.keep !== undefined) throw new UsageError("--before and --keep: each says which segments go; give one of them");
  const beforeNs = timeOption("before", options.before);
  const choice = beforeNs === undefined ? { keep: countOption("keep", options.keep, 1) ?? 1 } : { beforeNs };
  const { moved, snapshotSeq } = archiveJournal({ dataDir, to: options.to, choice, clock, onMoved: json ? () => undefined : ({ name, firstSeq, lastSeq, to }) => context.print(`${name} (entries ${shown(firstSeq)} to ${shown(lastSeq)}) is now ${to}`) });
  if (json) context.print(JSON.stringify({ moved, snapshotSeq: snapshotSeq === 0 ? null : snapshotSeq }, null, 2));
  else if (moved.length === 0) context.print("nothing to move: the segment that grows always stays, and no other is as old");
  else context.print(`${moved.length} ${moved.length === 1 ? "segment" : "segments"} moved: the copies' checksums and the hash chain hold. A start goes on from the snapshot at entry ${shown(snapshotSeq)}`);
  return 0;
}

function shown(seq: number): string {
  return seq.toLocaleString("en-US");
}
