import { Replica, type ReplicaWatcher } from "../../src/core/wire/index.ts";

/** How the page stands with the service. */
export type ConnectionState =
  | { readonly is: "connecting" }
  | { readonly is: "live" }
  | { readonly is: "lost"; readonly retryAtMs: number }
  | { readonly is: "locked"; readonly why: string } // it asks for a token, or for another one
  | { readonly is: "refused"; readonly why: string };

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** A line on which nothing came for so long is asked whether it still stands … */
const SILENT_MS = 15_000;
/** … and given up when no answer comes for so long. */
const ANSWER_MS = 10_000;
const WATCH_MS = 1_000;
/** Who has not looked for so long has slept, and the line with him. */
const SLEPT_MS = 5_000;

/** What a name of a WebSocket's protocol may have in it, and so a token. */
const TOKEN_SIGNS = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,4000}$/;
/** The service closes a stream so when its token no longer lets anybody in. */
const NOT_ALLOWED = 1008;

/**
 * Keeps a replica of the book equal to it over one WebSocket after the other. After a break it waits, longer each time,
 * and goes on from the last entry it has.
 */
export class Connection {
  replica: Replica;
  /** When the last frame came, by `performance.now()`. */
  heardAtMs: number | undefined;
  #state: ConnectionState = { is: "connecting" };
  readonly #url: string;
  readonly #onChange: () => void;
  readonly #watcher: ReplicaWatcher;
  #socket: WebSocket | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #retry: number | undefined;
  #askedAtMs = 0;
  #token: string | undefined;
  #channels: readonly string[] = [];
  #isAskingAnew = false; // for channels, once what is under way is whole
  #lookedAt = { ms: performance.now(), clockMs: Date.now() };

  /** @param token what the service is shown; undefined: nothing */
  constructor(url: string, token: string | undefined, onChange: () => void, watcher: ReplicaWatcher) {
    this.#url = url;
    this.#token = token;
    this.#onChange = onChange;
    this.#watcher = watcher;
    this.replica = new Replica({ watcher });
    setInterval(() => this.#watch(), WATCH_MS);
    addEventListener("online", () => this.#openNow());
    document.addEventListener("visibilitychange", () => this.#openNow());
    document.addEventListener("resume", () => this.#watch());
    this.#open();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Begins anew as another, or as nobody. */
  use(token: string | undefined): void {
    this.#token = token;
    this.#forget();
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    clearTimeout(this.#retry);
    this.#turn({ is: "connecting" });
    this.#open();
  }

  /** What is held is of somebody else, or of nobody any more. */
  #forget(): void {
    this.replica = new Replica({ watcher: this.#watcher, channels: this.#channels });
    this.#watcher.begunAnew();
    this.heardAtMs = undefined;
  }

  #lock(why: string): void {
    this.#socket = undefined;
    if (this.replica.seq !== undefined) this.#forget();
    this.#turn({ is: "locked", why });
  }

  /** Asks for these channels beside the book from now on. */
  follow(channels: readonly string[]): void {
    this.#channels = channels;
    this.replica.follow(channels);
    this.#isAskingAnew = true;
    this.#askAnew();
  }

  #askAnew(): void {
    const socket = this.#socket;
    if (!this.#isAskingAnew || socket?.readyState !== WebSocket.OPEN || this.replica.seq === undefined || this.replica.isPartial) return;
    this.#ask(socket);
  }

  #open(): void {
    const token = this.#token;
    if (token !== undefined && !TOKEN_SIGNS.test(token)) return this.#lock("This is no token: it has signs that none has, such as a space. It begins with fillbook_.");
    const socket = (this.#socket = new WebSocket(this.#url, token === undefined ? ["fillbook"] : ["fillbook", `bearer.${token}`])); // a browser sends no other headers
    let isOpen = false;
    socket.onopen = () => {
      isOpen = true;
      this.#ask(socket);
    };
    socket.onmessage = ({ data }) => this.#receive(socket, data as string);
    socket.onclose = ({ code }) => {
      if (socket !== this.#socket) return;
      if (isOpen && code !== NOT_ALLOWED) return this.#lost();
      void accessOf(token).then(({ why }) => why).then((why) => {
        if (socket !== this.#socket) return;
        if (why === undefined) return this.#lost();
        this.#lock(why);
      });
    };
  }

  #receive(socket: WebSocket, text: string): void {
    if (socket !== this.#socket) return;
    this.heardAtMs = performance.now();
    try {
      if (!this.replica.receive(text)) return this.#ask(socket);
    } catch (error) {
      this.#turn({ is: "refused", why: (error as Error).message });
      return this.#giveUp();
    }
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#askAnew();
    if (!this.replica.isPartial) this.#turn(this.replica.seq === undefined ? { is: "connecting" } : { is: "live" });
  }

  #ask(socket: WebSocket): void {
    this.#isAskingAnew = false;
    this.#askedAtMs = performance.now();
    socket.send(this.replica.request());
  }

  #lost(): void {
    this.#socket = undefined;
    const pauseMs = this.#pauseMs * (0.75 + Math.random() / 2); // so that many pages do not come back as one
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
    this.#retry = setTimeout(() => this.#open(), pauseMs);
    if (this.#state.is !== "refused") this.#turn({ is: "lost", retryAtMs: performance.now() + pauseMs });
  }

  /** Does not wait any longer: somebody looks, or the network is back. */
  #openNow(): void {
    if (this.#socket !== undefined || this.#state.is === "locked" || document.hidden) return;
    clearTimeout(this.#retry);
    this.#open();
  }

  #watch(): void {
    const nowMs = performance.now();
    const clockMs = Date.now();
    const before = this.#lookedAt;
    this.#lookedAt = { ms: nowMs, clockMs };
    const sleptMs = Math.max(nowMs - before.ms, clockMs - before.clockMs) - WATCH_MS;
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    if (sleptMs > SLEPT_MS && !document.hidden) {
      if (this.heardAtMs !== undefined) this.heardAtMs -= Math.max(0, clockMs - before.clockMs - (nowMs - before.ms)); // a machine that sleeps stops the one clock, and not the other
      if (this.#askedAtMs <= (this.heardAtMs ?? 0)) this.#ask(this.#socket);
    }
    const heardAtMs = this.heardAtMs ?? 0;
    if (this.#askedAtMs > heardAtMs) {
      if (nowMs - this.#askedAtMs > ANSWER_MS) this.#giveUp();
    } else if (nowMs - heardAtMs > SILENT_MS) this.#ask(this.#socket);
  }

  #giveUp(): void {
    this.#socket?.close();
    if (this.#socket !== undefined) this.#lost();
  }

  #turn(state: ConnectionState): void {
    this.#state = state;
    this.#onChange();
  }
}

/** What a token may do, and what is wrong with it, as the service says it: a socket that was not let in does not say. `why` undefined: nothing, or there is no answer. */
async function accessOf(token: string | undefined): Promise<{ readonly why: string | undefined; readonly scopes: readonly string[] | undefined; readonly name: string | undefined; readonly isBound: boolean }> {
  try {
    const answer = await fetch("/v1/access", { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
    const said = (await answer.json()) as { readonly detail?: string; readonly scopes?: readonly string[]; readonly name?: string | null; readonly accounts?: readonly string[] | null };
    const known = { scopes: said.scopes, name: said.name ?? undefined, isBound: Array.isArray(said.accounts) };
    if (answer.status === 401) return { ...known, why: token === undefined ? "This service asks for a token." : (said.detail ?? "This token is not taken.") };
    return { ...known, why: said.scopes?.includes("read") === false ? "This token may not read: take one with the scope read." : undefined };
  } catch {
    return { why: undefined, scopes: undefined, name: undefined, isBound: false };
  }
}
