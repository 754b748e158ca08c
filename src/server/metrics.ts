import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Measure } from "../runtime/index.ts";

const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** What Prometheus reads: one registry a service. Names and units are listed in docs/http.md. */
export class Metrics {
  readonly registry = new Registry();
  readonly fills = this.#counter("fillbook_fills_total", "Fills decided, by what became of them", ["status"]);
  readonly refusals = this.#counter("fillbook_refusals_total", "Rows refused, by reason", ["reason"]);
  readonly requests = this.#counter("fillbook_http_requests_total", "Requests answered", ["route", "method", "status"]);
  readonly conflations = this.#counter("fillbook_stream_conflations_total", "Times a client was too slow, and ticks were put together for it", []);
  readonly snapshots = this.#counter("fillbook_stream_snapshots_total", "Snapshots sent", []);
  readonly frames = this.#counter("fillbook_stream_frames_total", "Frames sent", []);
  readonly requestSeconds = this.#histogram("fillbook_http_request_seconds", "From the head of a request to the end of its answer", ["route"]);
  readonly #measures: Readonly<Record<Measure, Histogram>> = {
    queue: this.#histogram("fillbook_queue_seconds", "From submission to decision"),
    append: this.#histogram("fillbook_append_seconds", "Deciding, writing and booking one group"),
    sync: this.#histogram("fillbook_fsync_seconds", "The wait for the disk, once a group"),
    acknowledge: this.#histogram("fillbook_acknowledge_seconds", "From submission to answer"),
  };

  /** Takes what the service measures. */
  readonly measured = (what: Measure, milliseconds: number): void => this.#measures[what].observe(milliseconds / 1000);

  /** A figure that is asked for when somebody reads. */
  gauge(name: string, help: string, value: () => number | Promise<number>): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      async collect() {
        this.set(await value());
      },
    });
  }

  #counter<T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram<T extends string>(name: string, help: string, labelNames: readonly T[] = []): Histogram<T> {
    return new Histogram({ name, help, labelNames, buckets: SECONDS, registers: [this.registry] });
  }
}
