import { parse } from "lossless-json";
import type { Faults } from "./faults.ts";
import type { VenueLink } from "./feed.ts";
import { LIES, lieAfter, type Lie } from "./lies.ts";
import type { Payload } from "./message.ts";
import type { Random } from "./random.ts";
import type { SimulatedVenue } from "./venue.ts";

interface UnderWay {
  readonly dueNs: bigint;
  readonly text: string;
}

const MS = 1_000_000n;
/** A message that is overtaken comes so much later, in ms. */
const OVERTAKEN_MS = [50, 1_500] as const;
/** Messages that a venue gives for one question. */
const PAGE = 100;

/** The line from a venue to whoever follows it: takes time, and duplicates, reorders, drops, breaks and lies by its seed. */
export class FaultyWire implements VenueLink {
  readonly told: Record<Lie, number> = { conflicting: 0, too_fine: 0, no_quantity: 0, phantom_bust: 0, garbage: 0 };
  readonly #venue: SimulatedVenue;
  readonly #random: Random;
  #faults: Faults;
  #underWay: UnderWay[] = []; // in the order in which they come
  #lastDueNs = 0n;
  #connected = false;

  constructor(venue: SimulatedVenue, faults: Faults, random: Random) {
    this.#venue = venue;
    this.#faults = faults;
    this.#random = random;
  }

  /** Lies told so far: texts that were handed over. */
  get lies(): number {
    return LIES.reduce((sum, lie) => sum + this.told[lie], 0);
  }

  get isUnderWay(): boolean {
    return this.#underWay.length > 0;
  }
  /** From now on it misbehaves so. */
  set faults(faults: Faults) {
    this.#faults = faults;
  }

  /** The venue says something. Nobody hears it while the line is broken. */
  send(text: string, nowNs: bigint): void {
    if (!this.#connected || this.#random.chance(this.#faults.drop)) return;
    const [low, high] = this.#venue.rules.latencyMs;
    const dueNs = nowNs + BigInt(this.#random.integer(low, high)) * MS;
    if (this.#random.chance(this.#faults.reorder)) this.#put(text, dueNs + this.#late());
    else this.#put(text, (this.#lastDueNs = dueNs > this.#lastDueNs ? dueNs : this.#lastDueNs));
    if (this.#random.chance(this.#faults.duplicate)) this.#put(text, dueNs + this.#late());
  }

  connect(nowNs: bigint): boolean {
    if (this.#random.chance(this.#faults.refuse)) return false;
    this.#connected = true;
    this.send(this.#venue.heartbeatText(), nowNs);
    return true;
  }

  receive(nowNs: bigint): readonly string[] | "closed" {
    if (!this.#connected) return "closed";
    const heard: string[] = [];
    while (this.#underWay.length > 0 && this.#underWay[0]!.dueNs <= nowNs) {
      const { text } = this.#underWay.shift()!;
      heard.push(text, ...this.#liesAfter(text));
      if (!this.#random.chance(this.#faults.disconnect)) continue;
      this.#connected = false;
      this.#underWay = [];
    }
    return heard;
  }

  history(from: number, to: number): readonly string[] | undefined {
    if (this.#random.chance(this.#faults.history)) return undefined;
    return this.#venue.ledger.messages(from, Math.min(to, from + PAGE - 1));
  }

  #put(text: string, dueNs: bigint): void {
    let at = this.#underWay.length;
    while (at > 0 && this.#underWay[at - 1]!.dueNs > dueNs) at -= 1;
    this.#underWay.splice(at, 0, { dueNs, text });
  }

  #late(): bigint {
    return BigInt(this.#random.integer(...OVERTAKEN_MS)) * MS;
  }

  /** Lies are told of trades that were heard, right after them: a venue contradicts what it said, not what it will say. */
  #liesAfter(text: string): string[] {
    const lies = LIES.filter((lie) => this.#random.chance(this.#faults.lies[lie]));
    if (lies.length === 0) return [];
    const payload = parse(text, undefined, (number) => number) as Payload;
    if (payload["ch"] !== "trade") return [];
    return lies.map((lie) => {
      this.told[lie] += 1;
      return lieAfter(payload, lie, this.told[lie], this.#venue.rules, this.#random);
    });
  }
}
