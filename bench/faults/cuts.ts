import fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { anyActs, type Act } from "../../test/acts.ts";
import { anyPairReports } from "../../test/pair-acts.ts";
import { FileJournal, verifyJournal } from "../../src/journal/index.ts";
import { Random } from "../random.ts";
import { DiskModel, type DiskStep, type Image } from "./disk-model.ts";
import { FailingDisk, temporaryFolder, writeImage } from "./failing-disk.ts";
import { must, Session, type Owed, type Promised } from "./session.ts";

/** What was put to the proof. */
export interface CutCounts {
  stories: number; // journals that were written
  cuts: number; // places at which the power went, each recovered from
  again: number; // of them: the power went again during the recovery
  seconds: number; // of them: the power went a second time, after more had been written
  torn: number; // recoveries that cut a torn write off
  noSpace: number; // writes refused for want of space, and taken later
  unknown: number; // writes or syncs that failed
  restarts: number; // starts, all in all
  pairStarts: number; // of them: found pairs
  pairFacts: number; // facts of pairs that were written
  readonly pairKinds: Set<string>; // and their types
}
/** What a failing place is repeated by. */
export class CutFailed extends Error {}

const CUTS_A_STORY = 40;
const EMPTY: Image = new Map();

/**
 * Writes small journals on a failing disk and cuts the power at many places of each, until there were `cuts` of them. All
 * of it follows from the seed. @throws CutFailed for the first law that is broken
 */
export async function proveCuts(seed: number, cuts: number, onStory?: (counts: CutCounts) => void): Promise<CutCounts> {
  const counts: CutCounts = { stories: 0, cuts: 0, again: 0, seconds: 0, torn: 0, noSpace: 0, unknown: 0, restarts: 0, pairStarts: 0, pairFacts: 0, pairKinds: new Set() };
  const root = temporaryFolder();
  try {
    for (let number = seed; counts.cuts < cuts; number += 1) {
      await new Story(number, root, counts).prove(Math.min(CUTS_A_STORY, cuts - counts.cuts));
      counts.stories += 1;
      onStory?.(counts);
    }
    return counts;
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

/** What a journal of its own lives through, and what is left of it wherever the power goes. */
class Story {
  readonly #seed: number;
  readonly #random: Random;
  readonly #root: string;
  readonly #counts: CutCounts;
  readonly #segmentBytes: number;
  readonly #acts: Act[];
  #folders = 0;

  constructor(seed: number, root: string, counts: CutCounts) {
    this.#seed = seed;
    this.#random = new Random(seed);
    this.#root = root;
    this.#counts = counts;
    this.#segmentBytes = this.#random.between(700, 6000);
    const pairs = fc.sample(anyPairReports, { seed, numRuns: 5 }).map((reports): Act => ({ do: "pairs", reports }));
    this.#acts = [...fc.sample(anyActs, { seed, numRuns: 3 }).flat(), ...pairs]; // so each journal has some
  }

  async prove(cuts: number): Promise<void> {
    const folder = this.#folder();
    const disk = new FailingDisk(folder, this.#random);
    const session = new Session(folder, disk, this.#segmentBytes);
    await this.#guard("while it was written", async () => {
      session.start();
      await this.#live(session, disk, this.#random.between(4, 24));
      session.end();
      this.#add(session);
    });
    const places = Array.from({ length: cuts }, () => this.#random.below(disk.steps.length + 1)).sort((a, b) => a - b);
    const model = new DiskModel(EMPTY);
    let taken = 0;
    for (const place of places) {
      while (taken < place) model.take(disk.steps[taken++]!);
      await this.#guard(`cut at step ${place} of ${disk.steps.length}`, () => this.#cut(model.powerGoes(this.#random), promisedAt(session.promised, place)));
      this.#counts.cuts += 1;
    }
    fs.rmSync(folder, { recursive: true });
  }

  /** Recovers from what a cut left, perhaps with the power going once more meanwhile; writes on; cuts again; recovers again. */
  async #cut(left: Image, promised: Owed): Promise<void> {
    const image = this.#random.chance(0.3) ? this.#cutInRecovery(left, promised) : left;
    const { folder, disk, session } = this.#reopened(image, promised);
    mustReadTheSame(folder, session);
    if (this.#random.chance(0.5)) {
      await this.#live(session, disk, this.#random.between(1, 3));
      session.end();
      verifyJournal(folder);
      this.#counts.seconds += 1;
      const place = this.#random.below(disk.steps.length + 1);
      const second = this.#reopened(modelAt(image, disk.steps, place).powerGoes(this.#random), promisedAt(session.promised, place));
      second.session.end();
      verifyJournal(second.folder);
      this.#add(second.session);
      fs.rmSync(second.folder, { recursive: true });
    }
    session.end();
    this.#add(session);
    fs.rmSync(folder, { recursive: true });
  }

  #cutInRecovery(left: Image, promised: Owed): Image {
    const { folder, disk, session } = this.#reopened(left, promised);
    session.end();
    this.#add(session);
    fs.rmSync(folder, { recursive: true });
    this.#counts.again += 1;
    return modelAt(left, disk.steps, this.#random.below(disk.steps.length)).powerGoes(this.#random);
  }

  #reopened(image: Image, promised: Owed): { folder: string; disk: FailingDisk; session: Session } {
    const folder = this.#folder();
    writeImage(image, folder);
    const disk = new FailingDisk(folder, this.#random);
    const session = new Session(folder, disk, this.#segmentBytes, promised);
    session.start();
    return { folder, disk, session };
  }

  /** Some acts, with syncs in between, and now and then a disk that fails or a program that is killed. */
  async #live(session: Session, disk: FailingDisk, acts: number): Promise<void> {
    const syncs = this.#random.pick([0.3, 0.7, 1]);
    const troubles = this.#random.pick([0, 0.1, 0.3]);
    const waits = this.#random.pick([0, 0, 0.5]);
    for (let n = 0; n < acts; n += 1) {
      if (this.#random.chance(troubles)) disk.wrong = this.#trouble();
      const act = this.#random.pick(this.#acts);
      let answer = session.do(act, this.#random.chance(waits));
      if (answer === "no_space") {
        if (this.#random.chance(0.5)) answer = session.do(this.#random.pick(this.#acts)); // a smaller one may find room
        disk.wrong = {};
        if (answer !== "unknown") {
          answer = session.do(this.#random.chance(0.5) ? this.#random.pick(this.#acts) : act);
          must(answer === "done", () => "there is space again, and a write is still refused");
        }
      }
      if (answer === "done" && this.#random.chance(syncs)) answer = await this.#sync(session, disk);
      if (answer === "unknown") session.mustBeReadOnly();
      if (answer !== "unknown" && !this.#random.chance(0.05)) continue;
      session.end();
      disk.wrong = {};
      session.start();
    }
    disk.wrong = {};
    session.mustBeBooked();
  }

  async #sync(session: Session, disk: FailingDisk): Promise<"done" | "no_space" | "unknown"> {
    const answer = await session.sync(this.#random.chance(0.5));
    if (answer !== "no_space") return answer;
    disk.wrong = {}; // what waited to be written still waits
    const again = await session.sync(false);
    must(again === "done", () => "there is space again, and what waits is still not written");
    return again;
  }

  #trouble(): FailingDisk["wrong"] {
    return this.#random.pick<() => FailingDisk["wrong"]>([
      () => ({ shortWrites: true }),
      ...Array.from({ length: 4 }, () => () => ({ room: this.#random.below(1500) })),
      () => ({ room: this.#random.below(1500), shortWrites: true }),
      () => ({ room: this.#random.below(300), failTruncates: true }),
      () => ({ failWrites: true }),
      () => ({ failSyncs: "once" }),
      () => ({ failSyncs: "always" }),
      () => ({ failRenames: true }),
      () => ({ failFolders: "EIO" }),
      () => ({ failFolders: "ENOSPC" }),
    ])();
  }

  async #guard(where: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw new CutFailed(`seed ${this.#seed}, ${where}: ${(error as Error).message}`, { cause: error });
    }
  }

  #folder(): string {
    const folder = join(this.#root, `${this.#seed}-${(this.#folders += 1)}`);
    fs.mkdirSync(folder);
    return folder;
  }

  #add({ counts, pairKinds }: Session): void {
    for (const key of ["torn", "noSpace", "unknown", "restarts", "pairStarts", "pairFacts"] as const) this.#counts[key] += counts[key];
    for (const kind of pairKinds) this.#counts.pairKinds.add(kind);
  }
}

/** A reader beside the writer finds what the writer found. */
function mustReadTheSame(folder: string, session: Session): void {
  const reader = FileJournal.open(folder, { write: false });
  const { acknowledged } = session.promised.at(-1)!;
  must(reader.nextSeq === acknowledged + 1, () => `a reader finds ${reader.nextSeq - 1} entries, the writer ${acknowledged}`);
  reader.close();
}

function modelAt(image: Image, steps: readonly DiskStep[], place: number): DiskModel {
  const model = new DiskModel(image);
  for (const step of steps.slice(0, place)) model.take(step);
  return model;
}

/** What was promised when so many steps were done: all that was begun may be there, what was acknowledged must. */
function promisedAt(promised: readonly Promised[], place: number): Owed {
  const before = promised.findLast(({ step }) => step <= place)!;
  const after = promised.find(({ step }) => step > place) ?? before;
  return { history: after.history.seq > before.history.seq ? after.history : before.history, acknowledged: before.acknowledged, kept: before.kept };
}
