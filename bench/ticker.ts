// A thread that wakes its parent so often: timers of Node are as coarse as a millisecond, and a parent that asks the time all the time keeps a
// processor busy that others need.
import { parentPort, workerData } from "node:worker_threads";

const everyMs = workerData as number;
const nothing = new Int32Array(new SharedArrayBuffer(4));
for (;;) {
  Atomics.wait(nothing, 0, 0, everyMs);
  parentPort!.postMessage(0);
}
