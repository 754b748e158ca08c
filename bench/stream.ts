import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { pino } from "pino";
import { WebSocketServer } from "ws";
import { Directory, FillColumns, type Fill } from "../src/core/model/index.ts";
import { Service, systemClock } from "../src/runtime/index.ts";
import { Metrics, Server } from "../src/server/index.ts";
import { alternate, type Benchmark, type Measured } from "./measure.ts";
import { Random } from "./random.ts";
import type { Arrived, ClientsTask } from "./stream-clients.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const CLIENTS = 50;
const POSITIONS = 2_000;
const FILLS_A_TICK = 500; // each of another position: 1,000 changes, for each has a net row and a venue's
const TICKS = 40;
const BARE_CHANGES = 2_000;
const CLIENTS_PROGRAM = join(import.meta.dirname, "stream-clients.js");
const QUEUED_BYTES = 1 << 20;

export const stream: Benchmark = {
  name: "stream",
  measures: "changes/s to each of 50 clients, none put together: fills booked, rows rendered, frames sent and received",
  against: "bare ws, one frame a change with the same text, to 50 clients",
  goal: 20,
  run: () => inTemporaryFolder(measure),
};

async function measure(folder: string): Promise<Measured> {
  const metrics = new Metrics();
  const common = { dataDir: folder, currency: "USD", marksMaxAgeNs: undefined, clock: systemClock };
  const service = Service.begin(common);
  const server = await Server.listen({ ...common, service, metrics, logger: pino({ level: "silent" }), host: "127.0.0.1", port: 0, tickMs: 1 });
  await service.ready;
  const feed = new Feed(service);
  await feed.open();
  const clients = await Clients.begin({ url: `${server.url.replace("http", "ws")}/v1/stream`, count: CLIENTS, kind: "stream" });
  const bare = await BareServer.begin();
  let rows: readonly string[] = [];
  let bytes = 0;
  try {
    await clients.reach(service.seq);
    const { ratio, ...figures } = await alternate({
      rounds: 5,
      unit: "changes/s",
      better: "more",
      subject: async () => {
        const begun = performance.now();
        for (let tick = 0; tick < TICKS; tick += 1) {
          await feed.trade();
          while (server.stream.lag > 0 || server.stream.isFull) await turn();
        }
        const arrived = await clients.reach(service.seq);
        const seconds = (performance.now() - begun) / 1000;
        if (arrived.changes !== TICKS * FILLS_A_TICK * 2) throw new Error(`${arrived.changes} changes arrived, ${TICKS * FILLS_A_TICK * 2} were made`);
        rows = arrived.rows;
        return arrived.changes / seconds;
      },
      baseline: async () => {
        const frames = rows.slice(0, BARE_CHANGES).map((row) => Buffer.from(row));
        bytes = frames.reduce((sum, { length }) => sum + length, 0) / frames.length;
        return bare.send(frames);
      },
    });
    const conflations = (await metrics.conflations.get()).values[0]?.value ?? 0;
    if (conflations > 0) throw new Error(`${conflations} times a client was too slow`);
    return { ...figures, ratio, notes: [`${Math.round(bytes)} bytes a change, ${FILLS_A_TICK * 2} a frame; the clients run in a second thread, the first of them reads all of every frame`] };
  } finally {
    await bare.close();
    await clients.close();
    await server.close();
    await service.stop();
  }
}

/** Books fills that each change another position. */
class Feed {
  readonly #service: Service;
  readonly #source = new Directory();
  readonly #random = new Random(20_241_121);
  #next = 0;

  constructor(service: Service) {
    this.#service = service;
  }

  /** Opens every position, and marks it. */
  async open(): Promise<void> {
    await this.#book(POSITIONS);
    await this.#service.mark(Array.from({ length: POSITIONS }, (_, i) => ({ venue: "", symbol: `S${i}/USD`, price: "101.25", timeNs: systemClock.nowNs() })));
  }
  trade(): Promise<void> {
    return this.#book(FILLS_A_TICK);
  }

  async #book(count: number): Promise<void> {
    const columns = new FillColumns(count);
    for (let i = 0; i < count; i += 1) columns.push(this.#fill(), this.#source);
    const { refused } = await this.#service.bookFills(columns, this.#source);
    if (refused.length > 0) throw new Error(`a fill was refused: ${refused[0]!.refusal.why}`);
  }
  #fill(): Fill {
    const n = this.#next++;
    const units = this.#random.between(1, 9_999) * (this.#random.chance(0.5) ? 1 : -1);
    return {
      account: "main", venue: "kraken", symbol: `S${n % POSITIONS}/USD`, id: `f${n}`, quantity: { mantissa: BigInt(units), digits: 3 }, price: { mantissa: BigInt(this.#random.between(9_000, 11_000)), digits: 2 },
      fee: { mantissa: 1n, digits: 2 }, feeCurrency: "USD", time: { ns: 1_700_000_000_000_000_000n + BigInt(n) * 1_000_000n, unit: "ms" }, venueType: "cex", liquidity: "taker", strategy: "", signalId: "",
    };
  }
}

/** Clients in a thread of their own. */
class Clients {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }
  static async begin(task: ClientsTask): Promise<Clients> {
    const worker = new Worker(CLIENTS_PROGRAM, { workerData: task, execArgv: [] });
    await once(worker, "message");
    return new Clients(worker);
  }
  async reach(until: number): Promise<Arrived> {
    this.#worker.postMessage({ until });
    const [arrived] = (await once(this.#worker, "message")) as [Arrived];
    return arrived;
  }
  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** A server of nothing but frames. */
class BareServer {
  readonly #server: WebSocketServer;
  readonly #clients: Clients;
  #sent = 0;

  private constructor(server: WebSocketServer, clients: Clients) {
    this.#server = server;
    this.#clients = clients;
  }
  static async begin(): Promise<BareServer> {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return new BareServer(server, await Clients.begin({ url: `ws://127.0.0.1:${port}`, count: CLIENTS, kind: "frames" }));
  }

  /** Sends each frame to every client; frames a second. */
  async send(frames: readonly Buffer[]): Promise<number> {
    const begun = performance.now();
    for (const frame of frames) {
      let queued = 0;
      for (const client of this.#server.clients) {
        client.send(frame, { binary: false });
        queued = Math.max(queued, client.bufferedAmount);
      }
      if (queued > QUEUED_BYTES) while ([...this.#server.clients].some(({ bufferedAmount }) => bufferedAmount > QUEUED_BYTES / 2)) await turn();
    }
    this.#sent += frames.length;
    await this.#clients.reach(this.#sent);
    return frames.length / ((performance.now() - begun) / 1000);
  }

  async close(): Promise<void> {
    await this.#clients.close();
    for (const client of this.#server.clients) client.terminate();
    await new Promise((done) => this.#server.close(done));
  }
}
