import { parentPort, workerData } from "node:worker_threads";
import { snapshotUpTo } from "./snapshots.ts";
import type { SnapshotWork } from "./snapshot-keeper.ts";

/** The second thread of `SnapshotKeeper`: writes one snapshot, says so, and ends. */
const { dataDir, seq } = workerData as SnapshotWork;
parentPort!.postMessage(snapshotUpTo(dataDir, seq));
