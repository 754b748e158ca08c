/**
 * What `fillbook archive` moved away: `archived.json`, in the folder of segments. It names each segment with what it held,
 * so that the journal is read on from there, and a copy that is not the one that was moved is noticed.
 */
import { hash } from "node:crypto";
import fs from "node:fs";
import { dirname, join, resolve } from "node:path";
import { writeFully, type Disk } from "./disk.ts";
import { ArchiveUnusable } from "./errors.ts";

const NAME = "archived.json";
const FORMAT = 1;

/** A segment that was moved away. */
export interface ArchivedSegment {
  readonly name: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly bytes: number;
  readonly sha256: string; // of the file, in hex
  readonly chainHash: string; // of its last block, in hex: the next segment names it
  readonly to: string; // the file, absolute or from the data folder
  readonly at: string; // when, in UTC
}

/** Where an archived segment is. @param folder that of segments */
export function archivedPath(folder: string, { to }: ArchivedSegment): string {
  return resolve(dirname(folder), to);
}

/** The archived segments of a journal in order. @throws ArchiveUnusable when their list does not read */
export function readArchived(folder: string): ArchivedSegment[] {
  const path = join(folder, NAME);
  let text: string;
  try {
    text = fs.readFileSync(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
  const { segments, digest } = parsed(text) ?? {};
  if (!Array.isArray(segments) || !segments.every(isArchived) || digest !== digestOf(segments)) {
    throw new ArchiveUnusable(`${path} is not what fillbook archive wrote. Put it back from a copy; without one, copy the archived segments into ${folder} and delete it.`);
  }
  return [...segments].sort((a, b) => a.firstSeq - b.firstSeq);
}

/** Writes the list anew: on disk in full before it has its name. */
export function writeArchived(folder: string, segments: readonly ArchivedSegment[], disk: Disk): void {
  const path = join(folder, NAME);
  const bytes = Buffer.from(`${JSON.stringify({ format: FORMAT, segments, digest: digestOf(segments) }, null, 2)}\n`);
  const fd = disk.open(`${path}.new`, "w+");
  try {
    writeFully(disk, fd, bytes, bytes.length, 0);
    disk.sync(fd);
  } finally {
    fs.closeSync(fd);
  }
  disk.rename(`${path}.new`, path);
  disk.syncFolder(folder);
}

/** Of all but where they are: who moves an archive may write there where it is now. */
function digestOf(segments: readonly ArchivedSegment[]): string {
  const held = segments.map(({ name, firstSeq, lastSeq, bytes, sha256, chainHash }) => [name, firstSeq, lastSeq, bytes, sha256, chainHash]);
  return hash("sha256", JSON.stringify(held), "hex");
}

function parsed(text: string): { readonly segments?: unknown; readonly digest?: unknown } | null | undefined {
  try {
    return JSON.parse(text) as ReturnType<typeof parsed>;
  } catch {
    return undefined;
  }
}

function isArchived(value: unknown): value is ArchivedSegment {
  const { name, firstSeq, lastSeq, bytes, sha256, chainHash, to, at } = (value ?? {}) as Record<string, unknown>;
  const texts = [name, sha256, chainHash, to, at].every((text) => typeof text === "string");
  return texts && [firstSeq, lastSeq, bytes].every((number) => Number.isSafeInteger(number)) && name === `${String(firstSeq).padStart(20, "0")}.fbj`;
}
