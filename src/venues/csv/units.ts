import { TIME_UNITS, type TimeUnit } from "../../core/model/index.ts";

/** What `UnitsSeen` knows, in a form that goes from thread to thread. */
export interface UnitsState {
  readonly bits: number;
  readonly firstLines: readonly (readonly [unit: number, line: number])[]; // of epochs
}

/** The units of time that a file was seen to use, and where each epoch unit first stood. */
export class UnitsSeen {
  readonly #firstLine = new Map<number, number>();
  #bits = 0;
  #epochBits = 0;

  /** @param unit counts into TIME_UNITS */
  see(unit: number, epoch: boolean, line: number): void {
    const bit = 1 << unit;
    this.#bits |= bit;
    if (!epoch || (this.#epochBits & bit) !== 0) return;
    this.#epochBits |= bit;
    this.#firstLine.set(unit, line);
  }

  get state(): UnitsState {
    return { bits: this.#bits, firstLines: [...this.#firstLine] };
  }

  /** Sees what was seen in a part of the file that `linesBefore` lines precede. */
  seeAll({ bits, firstLines }: UnitsState, linesBefore: number): void {
    this.#bits |= bits;
    for (const [unit, line] of firstLines) this.see(unit, true, line + linesBefore);
  }

  get units(): TimeUnit[] {
    return TIME_UNITS.filter((_, unit) => (this.#bits & (1 << unit)) !== 0);
  }

  /** What to say when epochs of several sizes stand in one file. */
  get warning(): string | undefined {
    if (this.#firstLine.size < 2) return undefined;
    const where = [...this.#firstLine].sort(([, a], [, b]) => a - b).map(([unit, line]) => `${TIME_UNITS[unit]} (first in line ${line})`);
    return `epoch times in ${where.slice(0, -1).join(", ")} and ${where.at(-1)} stand in this file: each was read by its size`;
  }
}
