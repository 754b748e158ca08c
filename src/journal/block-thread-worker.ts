import fs from "node:fs";
import { workerData } from "node:worker_threads";
import { readFully } from "./disk.ts";
import { BLOCK_HEADER, crcOf, decodeBlockHeader, isHeaderProblem, SEGMENT_HEADER } from "./format.ts";
import {
  ENDED, FREE, FULL, OVER, POSITION, positionIn, READING, READY, SEGMENT, setPosition, SLOT_INTS, SLOT_LENGTH, SLOT_POSITION, SLOT_SEGMENT, SLOT_STATE, SLOTS, STATE,
  type AheadMemory,
} from "./block-thread.ts";

/** The second thread of `BlockThread`: fills slots with whole blocks whose checksums are right, and ends where one is not. */
const { segments, control: shared, slots } = workerData as AheadMemory;
const control = new Int32Array(shared);
let slot = 0;

Atomics.store(control, STATE, READY);
while (Atomics.load(control, STATE) !== READING) Atomics.wait(control, STATE, READY);
try {
  const first = control[SEGMENT]!;
  for (let number = first; number < segments.length; number += 1) {
    if (!readSegment(number, number === first ? positionIn(control, POSITION) : SEGMENT_HEADER)) break;
  }
} finally {
  Atomics.store(control, STATE, ENDED);
  for (let n = 0; n < slots.length; n += 1) {
    const at = SLOTS + n * SLOT_INTS + SLOT_STATE;
    Atomics.compareExchange(control, at, FREE, OVER); // so that nobody waits for it who has just looked
    Atomics.notify(control, at);
  }
}

/** False when a block cannot be given from here: it is broken, or longer than a slot. */
function readSegment(number: number, from: number): boolean {
  const { path, end } = segments[number]!;
  const file = fs.openSync(path, "r");
  try {
    for (let position = from; position < end; ) {
      const at = SLOTS + slot * SLOT_INTS;
      while (Atomics.load(control, at + SLOT_STATE) !== FREE) Atomics.wait(control, at + SLOT_STATE, FULL);
      const bytes = new Uint8Array(slots[slot]!);
      const length = wholeBlocks(bytes, readFully(file, bytes, 0, Math.min(bytes.length, end - position), position));
      if (length === 0) return false;
      control[at + SLOT_SEGMENT] = number;
      setPosition(control, at + SLOT_POSITION, position);
      control[at + SLOT_LENGTH] = length;
      Atomics.store(control, at + SLOT_STATE, FULL);
      Atomics.notify(control, at + SLOT_STATE);
      slot = (slot + 1) % slots.length;
      position += length;
    }
    return true;
  } finally {
    fs.closeSync(file);
  }
}

/** How many of the bytes are whole blocks with the right sums. */
function wholeBlocks(bytes: Uint8Array, read: number): number {
  const view = new DataView(bytes.buffer);
  let at = 0;
  while (at + BLOCK_HEADER <= read) {
    const header = decodeBlockHeader(bytes, view, at);
    if (isHeaderProblem(header) || at + header.length > read || header.length < BLOCK_HEADER) break;
    if (crcOf(bytes, at + BLOCK_HEADER, at + header.length) !== header.bodyCrc) break;
    at += header.length;
  }
  return at;
}
