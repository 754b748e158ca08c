// A thread with the clients of bench/stream.ts: says when all of them have what they wait for.
import { parentPort, workerData } from "node:worker_threads";
import { WebSocket } from "ws";

/** What the clients are to do. */
export interface ClientsTask {
  readonly url: string;
  readonly count: number;
  readonly kind: "frames" | "stream"; // stream: they subscribe, and the first one reads every frame
}
/** What the other thread asks for: to be told once every client has got to here. */
export interface Goal {
  readonly until: number; // frames, or the entry that a frame leads to
}
export interface Arrived {
  readonly changes: number; // that the first client of a stream has read since the last time
  readonly rows: readonly string[]; // some of them, as texts
}

const { url, count, kind } = workerData as ClientsTask;
const ROW = '["main"';
const places = new Array<number>(count).fill(0);
let goal: number | undefined;
let changes = 0;
let rows: string[] = [];
let opened = 0;

function tellWhenThere(): void {
  if (goal === undefined || places.some((place) => place < goal!)) return;
  goal = undefined;
  parentPort!.postMessage({ changes, rows } satisfies Arrived);
  changes = 0;
  rows = [];
}

for (let i = 0; i < count; i += 1) {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.on("open", () => {
    if (kind === "stream") socket.send('{"format":"rows"}');
    opened += 1;
    if (opened === count) parentPort!.postMessage("open");
  });
  socket.on("message", (data: Buffer) => {
    if (kind === "frames") places[i]! += 1;
    else if (i === 0) places[i] = readAll(data);
    else places[i] = placeOf(data);
    if (goal !== undefined && places[i]! >= goal) tellWhenThere();
  });
}

parentPort!.on("message", ({ until }: Goal) => {
  goal = until;
  tellWhenThere();
});

/** Counts the changes of a frame, by what every row of the one account begins with. */
function readAll(data: Buffer): number {
  for (let at = data.indexOf(ROW); at >= 0; at = data.indexOf(ROW, at + 1)) changes += 1;
  if (rows.length === 0) rows = (JSON.parse(data.toString()) as { changes?: unknown[] }).changes?.map((row) => JSON.stringify(row)) ?? [];
  return placeOf(data);
}

/** Where a frame leads to, out of its first bytes or, of a snapshot, its last. */
function placeOf(data: Buffer): number {
  const found = /"to":(\d+)/.exec(data.toString("latin1", 0, 80)) ?? /"seq":(\d+)/.exec(data.toString("latin1", Math.max(0, data.length - 80)));
  return Number(found?.[1] ?? 0);
}
