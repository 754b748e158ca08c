import { setTimeout as sleep } from "node:timers/promises";
import type { Directory, FillColumns } from "../core/model/index.ts";
import type { Acknowledgement, Service } from "../runtime/index.ts";
import type { FillAnswers } from "./answers.ts";

/** Batches of one request that may be under way: one is written while the next is read. */
const UNDER_WAY = 2;
const ROOM_MS = 5;

/** Hands the fills of one request to the service, batch after batch in their order, and never more than the service can take. */
export class Intake {
  readonly #service: Service;
  readonly #directory: Directory;
  readonly #acknowledge: Acknowledgement | undefined;
  readonly #answers: FillAnswers;
  readonly #nowNs: () => bigint;
  readonly #recycle: (fills: FillColumns) => void;
  readonly #waiting: { readonly fills: FillColumns; readonly indexes: Uint32Array }[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #failure: Error | undefined;

  constructor(service: Service, directory: Directory, acknowledge: Acknowledgement | undefined, answers: FillAnswers, nowNs: () => bigint, recycle: (fills: FillColumns) => void) {
    this.#service = service;
    this.#directory = directory;
    this.#acknowledge = acknowledge;
    this.#answers = answers;
    this.#nowNs = nowNs;
    this.#recycle = recycle;
  }

  add(fills: FillColumns, indexes: Uint32Array): void {
    this.#waiting.push({ fills, indexes });
  }

  /** Returns once there is room to read on. @throws ServiceRefuses */
  async drain(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      while (this.#underWay.size >= UNDER_WAY) await Promise.race(this.#underWay);
      while (this.#failure === undefined && this.#service.state === "ready" && !this.#service.hasRoom(next.fills.count)) await sleep(ROOM_MS);
      if (this.#failure !== undefined) throw this.#failure;
      this.#submit(next.fills, next.indexes);
    }
  }

  /** Returns once everything is answered. @throws ServiceRefuses */
  async end(): Promise<void> {
    await this.drain();
    await Promise.all(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #submit(fills: FillColumns, indexes: Uint32Array): void {
    const done = this.#service
      .bookFills(fills, this.#directory, this.#acknowledge)
      .then((outcome) => {
        this.#answers.add(outcome, indexes, fills, this.#nowNs());
        this.#recycle(fills);
      })
      .catch((error: unknown) => void (this.#failure ??= error as Error))
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }
}
