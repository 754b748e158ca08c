// Follows the book of a running service, and goes on after a lost connection where it was: every position that a change
// touches, as it stands now. `node dist/examples/follow.js [http://127.0.0.1:7070] [--changes N]` ends after N changes.
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Replica } from "fillbook/stream";
import WebSocket from "ws";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { changes: { type: "string" } } });
const url = `${(positionals[0] ?? "http://127.0.0.1:7070").replace(/^http/, "ws")}/v1/stream`;
const replica = new Replica();
const shown = new Map<string, string>();
let left = Number(values.changes ?? Number.POSITIVE_INFINITY);

while (left > 0) {
  await connection();
  if (left > 0) await wait(1_000);
}

/** One connection, until it is closed. */
function connection(): Promise<void> {
  const socket = new WebSocket(url);
  socket.on("open", () => socket.send(replica.request()));
  socket.on("message", (data: Buffer) => {
    if (!replica.receive(data.toString())) return socket.send(replica.request()); // it does not follow what we hold: ask again
    tell();
    if (left <= 0) socket.close();
  });
  socket.on("error", ({ message }) => console.error(`${url}: ${message}`));
  return new Promise((done) => socket.on("close", () => done()));
}

function tell(): void {
  for (const { account, symbol, currency, quantity, avgPrice, netTotalPnl } of replica.positions(BigInt(Date.now()) * 1_000_000n)) {
    const text = `${quantity} ${symbol} at ${avgPrice ?? "–"}, net ${netTotalPnl ?? "unknown"} ${currency}`;
    if (shown.get(`${account} ${symbol}`) === text) continue;
    shown.set(`${account} ${symbol}`, text);
    left -= 1;
    console.log(`entry ${replica.seq}: ${account}: ${text}`);
  }
}
