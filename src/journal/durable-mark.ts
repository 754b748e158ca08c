import fs from "node:fs";
import { dirname, join } from "node:path";

const NAME = "durable";
const WIDTH = 16;

/**
 * The last entry known to be on disk, in the file `durable` beside the folder of segments: what is missing at or before it was lost after it
 * was safe, and is never taken for a write that a crash cut short. It is written after the sync it tells of and not
 * synced itself: after a power failure it may say too little, never too much.
 */
export class DurableMark {
  readonly #fd: number;

  constructor(folder: string) {
    this.#fd = fs.openSync(join(dirname(folder), NAME), fs.constants.O_RDWR | fs.constants.O_CREAT);
  }

  set(seq: number): void {
    fs.writeSync(this.#fd, `${String(seq).padStart(WIDTH - 1)}\n`, 0);
  }

  close(): void {
    fs.closeSync(this.#fd);
  }
}

/** The last entry known to be on disk, 0 where nothing tells. */
export function readDurableMark(folder: string): number {
  try {
    const seq = Number(fs.readFileSync(join(dirname(folder), NAME), "utf8"));
    return Number.isSafeInteger(seq) && seq > 0 ? seq : 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}
