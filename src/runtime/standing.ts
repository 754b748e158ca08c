import { ServiceRefuses } from "./service-refuses.ts";

export type ServiceState = "recovering" | "ready" | "read_only" | "stopping" | "stopped";

/** Whether a service takes writes, and why it does not. */
export class Standing {
  #state: ServiceState = "recovering";
  #reason: string | undefined = "the journal is being read";
  #hasFailed = false;

  get state(): ServiceState {
    return this.#state;
  }
  /** Why it takes no writes; undefined when it does. */
  get reason(): string | undefined {
    return this.#reason;
  }
  /** Nothing is taken or acknowledged any more, whatever comes. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  turn(state: ServiceState, reason: string | undefined): void {
    this.#state = state;
    this.#reason = reason;
  }

  fail(reason: string): void {
    this.#hasFailed = true;
    this.turn("read_only", reason);
  }

  /** What a submission is told that is not taken. */
  get refusal(): ServiceRefuses {
    const code = this.#hasFailed ? "unknown" : this.#state === "recovering" ? "recovering" : "stopping";
    return new ServiceRefuses(code, this.#reason ?? "the service takes no writes");
  }
}
