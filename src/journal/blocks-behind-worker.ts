import { workerData } from "node:worker_threads";
import { FAILED, FREE, FULL, RUNNING, SLOT_INTS, SLOT_STATE, slotAt, SLOTS, STARTING, STATE, type BehindMemory } from "./blocks-behind.ts";
import { realDisk, writeFully } from "./disk.ts";
import { hashOf, sealBlock } from "./format.ts";

/** The second thread of `BlocksBehind`: seals and writes the blocks of the slots, one after the other. */
const memory = workerData as BehindMemory;
const control = new Int32Array(memory.control);
const slots = memory.slots.map((slot) => new Uint8Array(slot));
const lastHash = new Uint8Array(memory.hash);
/** After so many bytes what was written is brought to disk, so that little is left to wait for when all of it must be. */
const SYNC_BYTES = 16 * 1024 * 1024;
let unsynced = 0;

if (Atomics.compareExchange(control, STATE, STARTING, RUNNING) === STARTING) {
  for (let slot = 0; ; slot = (slot + 1) % slots.length) {
    const at = SLOTS + slot * SLOT_INTS + SLOT_STATE;
    while (Atomics.load(control, at) !== FULL) Atomics.wait(control, at, FREE);
    if (Atomics.load(control, STATE) === RUNNING) write(slot);
    Atomics.store(control, at, FREE);
    Atomics.notify(control, at);
  }
}

function write(slot: number): void {
  const { file, length, position } = slotAt(control, slot);
  const block = slots[slot]!.subarray(0, length);
  try {
    sealBlock(block, lastHash);
    writeFully(realDisk, file, block, length, position);
    lastHash.set(hashOf(block));
    unsynced += length;
    if (unsynced < SYNC_BYTES) return;
    unsynced = 0;
    realDisk.sync(file);
  } catch (error) {
    fail(`${length} bytes at ${position}: ${(error as Error).message}`);
  }
}

/** Tells what is wrong. All blocks that are still given are passed over. */
function fail(why: string): void {
  const text = Buffer.from(why).subarray(0, memory.failure.byteLength - 4);
  new Uint8Array(memory.failure, 4).set(text);
  new Int32Array(memory.failure, 0, 1)[0] = text.length;
  Atomics.store(control, STATE, FAILED);
}
