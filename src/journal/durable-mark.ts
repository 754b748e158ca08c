import fs from "node:fs";
import { dirname, join } from "node:path";
import { isNoSpace, writeFully, type Disk } from "./disk.ts";

const NAME = "durable";
const WIDTH = 16;
const SEPARATORS = /\s+/;

/**
 * The last entry known to be on disk, in the file `durable` beside the folder of segments: what is missing at or before it was lost after it
 * was safe, and is never taken for a write that a crash cut short. It is written after the sync it tells of and not
 * synced itself: after a power failure it may say too little, never too much. The number stands there twice, and the
 * lesser is believed: where a write of it was cut short, at least one of the two is whole.
 */
export class DurableMark {
  readonly #disk: Disk;
  readonly #fd: number;

  constructor(folder: string, disk: Disk) {
    this.#disk = disk;
    this.#fd = disk.open(join(dirname(folder), NAME), "create");
  }

  /** Where there is no space it keeps saying what it said before. */
  set(seq: number): void {
    const line = `${String(seq).padStart(WIDTH - 1)}\n`;
    try {
      writeFully(this.#disk, this.#fd, Buffer.from(line + line), 2 * WIDTH, 0);
    } catch (error) {
      if (!isNoSpace(error)) throw error;
    }
  }

  close(): void {
    fs.closeSync(this.#fd);
  }
}

/** The last entry known to be on disk, 0 where nothing tells. */
export function readDurableMark(folder: string): number {
  try {
    const seq = Math.min(...fs.readFileSync(join(dirname(folder), NAME), "utf8").trim().split(SEPARATORS).map(Number));
    return Number.isSafeInteger(seq) && seq > 0 ? seq : 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}
