import type { PositionFilter, PositionView, RowView } from "../book/index.ts";
import { ageOf } from "./frame-bytes.ts";
import type { StreamFormat, StreamFrame, WireBreach, WireBreaker, WireChannel, WireRisk, WireRow } from "./protocol.ts";
import { KEY_FIELDS, ROW_FIELDS } from "./row-bytes.ts";

type Row = Readonly<Record<string, unknown>>;

/** A row as a stream sends it: the net row of a position, or its part on one venue. Each change makes another object. */
export interface ReplicaRow extends Readonly<Omit<RowView, "markAge" | "currency">> {
  readonly account: string;
  readonly symbol: string;
  readonly kind: string;
  readonly currency: string; // that P&L and value are in
  readonly venue: string | null; // null: the net row
  readonly place: number | null; // the order of venues
  readonly venueType: string | null;
  readonly method: string | null; // null: a venue
  readonly markTime: string | null; // of the oldest mark that values it
}

/** Who wants to know what a frame has changed. A key is that of a position; rows are those that it has then. */
export interface ReplicaWatcher {
  changed(key: string): void;
  begunAnew(): void;
  /** Rows of a channel came, changed or went. */
  told?(channel: string): void;
}

/** What Position JSON says of every row. */
const FIGURES = ROW_FIELDS.slice(ROW_FIELDS.indexOf("status"));

/**
 * A copy of the book, or of one account, kept equal to it by the frames of a stream. After a lost connection, or when
 * `receive` says that a frame does not follow, send what `request` says: the answer leads on from there.
 */
export class Replica {
  readonly #account: string | undefined;
  readonly #format: StreamFormat;
  readonly #watcher: ReplicaWatcher | undefined;
  #positions = new Map<string, Map<string | null, Row>>(); // by key; the row of venue null is the net one
  #incoming: Map<string, Map<string | null, Row>> | undefined; // parts of a snapshot
  #breaker: WireBreaker | undefined;
  #breaches = new Map<string, WireBreach>(); // that go on, by limit and scope
  #fields: readonly string[] = [];
  #run: string | undefined;
  #seq: number | undefined;
  #channels: ReadonlyMap<string, Map<string, Row>>; // rows by key
  readonly #told = new Set<string>(); // channels of which something has come

  constructor({ account, format = "rows", channels = [], watcher }: { readonly account?: string | undefined; readonly format?: StreamFormat | undefined; readonly channels?: readonly string[] | undefined; readonly watcher?: ReplicaWatcher | undefined } = {}) {
    this.#account = account;
    this.#channels = new Map(channels.map((name) => [name, new Map<string, Row>()]));
    this.#format = format;
    this.#watcher = watcher;
  }

  /** The last entry that it holds; undefined before the first snapshot. */
  get seq(): number | undefined {
    return this.#seq;
  }

  /** Whether parts of a snapshot have come and others not: until then it holds what was before. */
  get isPartial(): boolean {
    return this.#incoming !== undefined;
  }

  /** What to send when a connection is opened, and whenever a frame does not follow. */
  request(): string {
    this.#incoming = undefined;
    const account = this.#account === undefined ? {} : { account: this.#account };
    return JSON.stringify({ ...(this.#seq === undefined ? {} : { since: this.#seq, run: this.#run }), ...account, format: this.#format, ...(this.#channels.size === 0 ? {} : { channels: [...this.#channels.keys()] }) });
  }

  /**
   * Takes a frame. False when it does not follow what is held: ask again.
   * @throws Error with what the service says, when it will not serve
   */
  receive(message: string): boolean {
    const frame = JSON.parse(message) as StreamFrame;
    if ("problem" in frame) throw new Error(`the stream was refused: ${frame.problem.detail}`);
    if ("channel" in frame) {
      this.#takeChannel(frame);
      return true;
    }
    if (frame.fields !== undefined) this.#fields = frame.fields;
    if ("changes" in frame) {
      if (this.#seq === undefined || frame.from > this.#seq || frame.to < this.#seq || this.#incoming !== undefined) return false; // it may begin earlier: its rows are whole, as they are at its end
      for (const row of frame.changes) {
        const key = this.#take(this.#positions, row);
        this.#watcher?.changed(key);
      }
      this.#takeRisk(frame.risk);
      this.#seq = frame.to;
      return true;
    }
    this.#incoming ??= new Map();
    for (const row of frame.snapshot.rows ?? frame.snapshot.positions ?? []) this.#take(this.#incoming, row);
    if (frame.more === true) return true;
    this.#positions = this.#incoming;
    this.#incoming = undefined;
    this.#takeRisk(frame.risk);
    this.#seq = frame.seq;
    this.#run = frame.run;
    this.#watcher?.begunAnew();
    return true;
  }

  /** The keys of all positions, in no order. */
  keys(): IterableIterator<string> {
    return this.#positions.keys();
  }

  /** The rows of a position by venue, the net one at null; undefined when it is gone. */
  rows(key: string): ReadonlyMap<string | null, ReplicaRow> | undefined {
    return this.#positions.get(key) as ReadonlyMap<string | null, unknown> as ReadonlyMap<string | null, ReplicaRow> | undefined;
  }

  /** How the breaker stands; undefined before the first snapshot. */
  get breaker(): WireBreaker | undefined {
    return this.#breaker;
  }

  /** The breaches that go on, those that began last first. */
  breaches(): WireBreach[] {
    return [...this.#breaches.values()].sort((a, b) => b.seq - a.seq);
  }

  /** Wants these channels from the next `request` on; what is held of others is forgotten. */
  follow(channels: readonly string[]): void {
    this.#channels = new Map(channels.map((name) => [name, this.#channels.get(name) ?? new Map<string, Row>()]));
    for (const name of this.#told) if (!this.#channels.has(name)) this.#told.delete(name);
  }

  /** The rows of a channel that it follows, as the service told of them last: each change makes another object. */
  channel(name: string): Row[] {
    return [...(this.#channels.get(name)?.values() ?? [])];
  }

  /** Whether anything has come of a channel: without rows there are none then. */
  isTold(name: string): boolean {
    return this.#told.has(name);
  }

  #takeChannel({ channel, all, changes }: WireChannel): void {
    const rows = this.#channels.get(channel);
    if (rows === undefined) return; // it was followed until a moment ago
    if (all === true) rows.clear();
    for (const row of changes) {
      if (row.removed === true) rows.delete(row.key);
      else rows.set(row.key, row);
    }
    this.#told.add(channel);
    this.#watcher?.told?.(channel);
  }

  #takeRisk(risk: WireRisk | undefined): void {
    if (risk === undefined) return;
    if (risk.all === true) this.#breaches = new Map();
    this.#breaker = risk.breaker ?? this.#breaker;
    for (const breach of risk.breaches) {
      const key = `${breach.limit}\u0000${breach.scope}`;
      if (breach.is === "begun") this.#breaches.set(key, breach);
      else this.#breaches.delete(key);
    }
  }

  /** The positions as `GET /v1/positions` shows them at that time: open ones first, each by account and symbol. */
  positions(nowNs: bigint, { status = "all" }: Pick<PositionFilter, "status"> = {}): PositionView[] {
    const all = Array.from(this.#positions.values(), (rows) => viewOf(rows, nowNs)).filter(({ view }) => status === "all" || view.status === status);
    return all.sort((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ view }) => view);
  }

  /** @returns the key of the position that the row is of */
  #take(into: Map<string, Map<string | null, Row>>, sent: WireRow): string {
    const row = Array.isArray(sent) ? this.#named(sent) : (sent as Row);
    const key = KEY_FIELDS.slice(0, -1).map((field) => text(row[field])).join("\u0000");
    const venue = (row["venue"] ?? null) as string | null;
    if (row["removed"] === true || (Array.isArray(sent) && sent.length === KEY_FIELDS.length)) {
      const rows = into.get(key);
      rows?.delete(venue);
      if (rows?.size === 0) into.delete(key);
      return key;
    }
    let rows = into.get(key);
    const { venues, ...own } = row;
    if (rows === undefined || venues !== undefined) into.set(key, (rows = new Map<string | null, Row>()));
    rows.set(venue, own);
    for (const one of (venues ?? []) as Row[]) rows.set(text(one["venue"]), one);
    return key;
  }

  #named(values: readonly unknown[]): Row {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < values.length; i += 1) row[this.#fields[i]!] = values[i];
    return row;
  }
}

function viewOf(rows: ReadonlyMap<string | null, Row>, nowNs: bigint): { readonly view: PositionView; readonly rank: string } {
  const { account, symbol, kind, method, terms, ...net } = rows.get(null) ?? {};
  const venues = [...rows].filter(([venue]) => venue !== null).sort(([, a], [, b]) => Number(a["place"]) - Number(b["place"]));
  const view = { account, symbol, kind, method, ...figuresOf(net, nowNs), venues: venues.map(([venue, row]) => ({ venue, venueType: row["venueType"], ...figuresOf(row, nowNs) })) } as unknown as PositionView;
  return { view, rank: [view.status === "open" ? 0 : 1, view.account, view.symbol, view.currency, view.kind, text(terms)].join("\u0000") };
}

/** The figures of a row in the order of Position JSON. */
function figuresOf(row: Row, nowNs: bigint): Record<string, unknown> {
  const figures: Record<string, unknown> = {};
  for (const name of FIGURES) {
    if (name === "markTime") figures["markAge"] = ageOf(row[name], nowNs);
    else if (row[name] !== undefined) figures[name] = row[name];
    if (name === "totalVolume") figures["currency"] = row["currency"];
  }
  return figures;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
