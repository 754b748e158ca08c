import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../random.ts";

/** A fill as it is posted. */
export interface PostedFill {
  readonly id: string;
  readonly venue: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly price: string;
  readonly timestamp: string;
  readonly account: string;
}

/** A row of a pair as it is posted: both legs, each of one fill. */
export interface PostedPair {
  readonly id: string;
  readonly pairId: string;
  readonly arbType: "poly_yes_kalshi_no";
  readonly kalshiMarket: string;
  readonly kalshiSide: "no";
  readonly kalshiPriceCents: string;
  readonly kalshiQuantity: string;
  readonly kalshiFeesCents: string;
  readonly polymarketMarket: string;
  readonly polymarketSide: "yes";
  readonly polymarketPriceCents: string;
  readonly polymarketQuantity: string;
  readonly polymarketFeesCents: string;
  readonly timestamp: string;
  readonly account: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const PATIENCE_MS = 20;

/**
 * Posts fills of its own, batch after batch, each again and again until it is answered; now and then it posts anew what
 * was answered long ago. It keeps what it posted and what it was told.
 */
export class PostingClient {
  readonly posted = new Map<string, PostedFill>(); // by id
  readonly told = new Map<string, number>(); // the entry of each answered fill
  readonly postedPairs = new Map<string, PostedPair>(); // by pair
  readonly toldPairs = new Set<string>(); // that were answered
  attempts = 0;
  answers = 0;
  readonly #name: string;
  readonly #random: Random;
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #batches: PostedFill[][] = []; // answered

  constructor(name: string, random: Random, port: number) {
    this.#name = name;
    this.#random = random;
    this.#port = port;
  }

  /** Posts until told to stop, and then until its last batch is answered. @throws Error for an answer that cannot be */
  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      if (this.#random.chance(0.15)) {
        await this.#postPairs();
        continue;
      }
      const isOld = this.#batches.length > 0 && this.#random.chance(0.1);
      await this.#postUntilAnswered(isOld ? this.#random.pick(this.#batches) : this.#newBatch());
    }
    this.#agent.destroy();
  }

  #newBatch(): PostedFill[] {
    const size = this.#random.pick([1, 1, 3, 20, 100, 400]);
    const batch = Array.from({ length: size }, () => this.#newFill());
    for (const fill of batch) this.posted.set(fill.id, fill);
    return batch;
  }

  #newFill(): PostedFill {
    const random = this.#random;
    return {
      id: `${this.#name}-${this.posted.size}-${random.below(1e9)}`,
      venue: random.pick(["kraken", "binance", "nyse"]), symbol: random.pick(["BTC/USD", "ETH/USD", "AAPL"]), side: random.pick(["buy", "sell"]),
      quantity: `${random.between(1, 99)}.${random.between(1, 9)}`, price: `${random.between(1, 99_999)}`,
      timestamp: new Date(Date.UTC(2024, 0, 1) + random.below(1e9)).toISOString(), account: this.#name,
    };
  }

  /** Posts some rows of pairs, each a pair of its own, and now and then one that was posted before. */
  async #postPairs(): Promise<void> {
    const random = this.#random;
    const rows = Array.from({ length: random.pick([1, 2, 20]) }, () => (this.postedPairs.size > 0 && random.chance(0.1) ? random.pick([...this.postedPairs.values()]) : this.#newPair()));
    for (const row of rows) this.postedPairs.set(row.pairId, row);
    await this.#untilAnswered("/v1/pairs/fills", "application/json", JSON.stringify(rows), (text) => {
      const { results } = JSON.parse(text) as { results: { status: string }[] };
      if (results.length !== rows.length) throw new Error(`${this.#name} posted ${rows.length} rows of pairs and was told of ${results.length}`);
      results.forEach(({ status }, i) => {
        const { pairId } = rows[i]!;
        if (status !== "duplicate" && (status !== "accepted" || this.toldPairs.has(pairId))) throw new Error(`${pairId} was answered ${status}${this.toldPairs.has(pairId) ? ", and had been answered before" : ""}`);
        this.toldPairs.add(pairId);
      });
      this.answers += 1;
    });
  }

  #newPair(): PostedPair {
    const random = this.#random;
    const pairId = `${this.#name}-p${this.postedPairs.size}-${random.below(1e9)}`;
    return {
      id: pairId, pairId, arbType: "poly_yes_kalshi_no", kalshiMarket: `KX${pairId}`, kalshiSide: "no", kalshiPriceCents: `${random.between(1, 60)}`, kalshiQuantity: `${random.between(0, 50)}`, kalshiFeesCents: `${random.between(0, 20)}`,
      polymarketMarket: `0x${pairId}`, polymarketSide: "yes", polymarketPriceCents: `${random.between(1, 39)}`, polymarketQuantity: `${random.between(1, 50)}.${random.between(1, 9)}`, polymarketFeesCents: "0",
      timestamp: new Date(Date.UTC(2024, 0, 1) + random.below(1e9)).toISOString(), account: this.#name,
    };
  }

  async #postUntilAnswered(batch: readonly PostedFill[]): Promise<void> {
    const { type, body } = this.#bodyOf(batch);
    await this.#untilAnswered("/v1/fills", type, body, (text) => this.#take(batch, text));
  }

  async #untilAnswered(path: string, type: string, body: string, take: (text: string) => void): Promise<void> {
    for (;; await sleep(this.#random.below(PATIENCE_MS))) {
      this.attempts += 1;
      const answer = await this.#post(path, type, body).catch((error: Error) => error);
      if (!(answer instanceof Error) && answer.status === 200) return take(answer.text);
      if (!(answer instanceof Error) && answer.status !== 503 && answer.status !== 429) throw new Error(`${this.#name} was answered ${answer.status}: ${answer.text.slice(0, 500)}`);
    }
  }

  #bodyOf(batch: readonly PostedFill[]): { type: string; body: string } {
    if (batch.length === 1 && this.#random.chance(0.5)) return { type: "application/json", body: JSON.stringify(batch[0]) };
    if (this.#random.chance(0.5)) return { type: "application/json", body: JSON.stringify(batch) };
    return { type: "application/x-ndjson", body: batch.map((fill) => `${JSON.stringify(fill)}\n`).join("") };
  }

  #take(batch: readonly PostedFill[], text: string): void {
    const { results } = JSON.parse(text) as { results: { index: number; status: string; seq: number }[] };
    if (results.length !== batch.length) throw new Error(`${this.#name} posted ${batch.length} fills and was told of ${results.length}`);
    results.forEach(({ index, status, seq }, n) => {
      const { id } = batch[index]!;
      const before = this.told.get(id);
      if (index !== n || (status !== "accepted" && status !== "duplicate")) throw new Error(`${id} was answered ${status}`);
      if (before !== undefined && (status !== "duplicate" || seq !== before)) throw new Error(`${id} was entry ${before}, and is now ${status} as entry ${seq}`);
      this.told.set(id, seq);
    });
    this.answers += 1;
    this.#batches.push([...batch]);
  }

  #post(path: string, type: string, body: string): Promise<Answer> {
    return new Promise((done, failed) => {
      const post = request({ host: "127.0.0.1", port: this.#port, path, method: "POST", agent: this.#agent, headers: { "content-type": type, "content-length": Buffer.byteLength(body) } }, (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("error", failed);
        response.on("end", () => (response.complete ? done({ status: response.statusCode!, text: Buffer.concat(pieces).toString() }) : failed(new Error("the answer was cut short"))));
      });
      post.on("error", failed);
      post.end(body);
    });
  }
}
