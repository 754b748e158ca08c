// The stream clients of `npm run soak`, in a thread of their own: each keeps a replica of the book.
import { setTimeout as wait } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import WebSocket from "ws";
import { Replica } from "../src/core/wire/index.ts";

export interface ClientsReport {
  readonly equal: number; // clients that ended equal to the book
  readonly different: readonly string[];
  readonly frames: number;
  readonly megabytes: number;
  readonly snapshots: number;
  readonly secondsBehind: number; // from the last answer until the last client had all of it
}

const { address, clients } = workerData as { address: string; clients: number };
const counts = { frames: 0, megabytes: 0, snapshots: 0 };
const replicas = Array.from({ length: clients }, follow);

parentPort!.once("message", (lastSeq: number) => void finish(lastSeq));

function follow(): Replica {
  const replica = new Replica();
  const socket = new WebSocket(`${address.replace("http", "ws")}/v1/stream`);
  socket.on("open", () => socket.send(replica.request()));
  socket.on("message", (data: Buffer) => {
    const text = data.toString("utf8");
    counts.frames += 1;
    counts.megabytes += data.length / 1e6;
    if (text.startsWith('{"snapshot"') || text.slice(0, 2_000).includes('"snapshot":{')) counts.snapshots += 1;
    if (!replica.receive(text)) socket.send(replica.request());
  });
  return replica;
}

async function finish(lastSeq: number): Promise<void> {
  const begun = performance.now();
  while (replicas.some(({ seq }) => (seq ?? 0) < lastSeq)) await wait(20);
  const secondsBehind = (performance.now() - begun) / 1000;
  const { positions } = (await (await fetch(`${address}/v1/positions?limit=10000`)).json()) as { positions: unknown[] };
  const book = JSON.stringify(positions);
  const different = replicas.flatMap((replica, i) => (JSON.stringify(replica.positions(0n)) === book ? [] : [`client ${i}`]));
  parentPort!.postMessage({ equal: clients - different.length, different, ...counts, secondsBehind } satisfies ClientsReport);
}
