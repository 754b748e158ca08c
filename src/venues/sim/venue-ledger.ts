import { divideHalfEven } from "../../core/num/index.ts";
import type { Fill } from "../../core/model/index.ts";
import { amendPayload, bustPayload, tradePayload, wireText, type Payload } from "./message.ts";
import type { Random } from "./random.ts";

/** How far back a correction may reach, in fills. */
const CORRECTED = 200;

/**
 * What really happened on a venue: its fills as they stand after every bust and amendment, and the numbered messages that
 * say so. `keep` bounds both: a venue answers for its recent past only.
 */
export class VenueLedger {
  readonly #keep: number;
  readonly #bareNumbers: boolean;
  readonly #standing = new Map<string, Fill>(); // by id, in the order they happened
  #messages: string[] = [];
  #first = 1; // number of the first message that is kept
  readonly #recent: Fill[] = []; // fills that were never corrected

  constructor(options: { readonly keep: number; readonly bareNumbers: boolean }) {
    this.#keep = options.keep;
    this.#bareNumbers = options.bareNumbers;
  }

  /** The number of the last message. */
  get last(): number {
    return this.#first + this.#messages.length - 1;
  }
  /** The fills as they stand, in the order in which they happened. */
  get truth(): Iterable<Fill> {
    return this.#standing.values();
  }

  /** Books a fill and returns the message that says so. */
  trade(fill: Fill): string {
    this.#standing.set(fill.id, fill);
    this.#recent.push(fill);
    if (this.#recent.length > CORRECTED) this.#recent.shift();
    if (this.#standing.size > this.#keep) this.#standing.delete(this.#standing.keys().next().value!);
    return this.#say(tradePayload(this.last + 1, fill));
  }

  /** Busts or amends one of the recent fills; undefined when there is none. */
  correct(random: Random, timeNs: bigint): string | undefined {
    if (this.#recent.length === 0) return undefined;
    const [fill] = this.#recent.splice(random.integer(0, this.#recent.length - 1), 1) as [Fill];
    const time = { ns: timeNs, unit: fill.time.unit };
    const half = halved(fill);
    if (half.quantity.mantissa === 0n || random.chance(0.5)) {
      this.#standing.delete(fill.id);
      return this.#say(bustPayload(this.last + 1, fill, time));
    }
    this.#standing.set(fill.id, half); // a Map keeps the place of what is set again
    return this.#say(amendPayload(this.last + 1, half, time));
  }

  /** Messages `from` to `to`, as far as they are kept; undefined when they are not. */
  messages(from: number, to: number): readonly string[] | undefined {
    return from < this.#first ? undefined : this.#messages.slice(from - this.#first, to - this.#first + 1);
  }

  #say(payload: Payload): string {
    const text = wireText(payload, this.#bareNumbers);
    this.#messages.push(text);
    if (this.#messages.length > 2 * this.#keep) {
      this.#first += this.#messages.length - this.#keep;
      this.#messages = this.#messages.slice(-this.#keep);
    }
    return text;
  }
}

/** The fill over about half its size, with half its fee: what an exchange lets stand of a trade it partly cancels. */
function halved(fill: Fill): Fill {
  const { quantity, fee } = fill;
  return { ...fill, quantity: { ...quantity, mantissa: quantity.mantissa / 2n }, fee: { ...fee, mantissa: divideHalfEven(fee.mantissa, 2n) } };
}
