// The thread that writes the tables: PGlite computes in the thread that calls it, and rows are made here, too.
import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../runtime/index.ts";
import { FollowingStore } from "./following.ts";
import type { StoreNews, StoreOrder, StoreTask } from "./store-thread.ts";

const tell = (news: StoreNews): void => parentPort!.postMessage(news);
const store = new FollowingStore(workerData as StoreTask, systemClock, tell);
parentPort!.on("message", (order: StoreOrder) => store.take(order));
await store.run();
parentPort!.close();
