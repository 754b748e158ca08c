import type { Logger } from "pino";
import type { Service } from "../runtime/index.ts";
import type { Metrics } from "../server/index.ts";
import { Store } from "../store/index.ts";
import type { Config } from "./config.ts";
import type { Context } from "./context.ts";
import { serverOf } from "./database-place.ts";
import { projectionOptions } from "./tables.ts";

/** What the tables beside a service work with. */
export interface Beside extends Pick<Context, "dataDir" | "database"> {
  readonly config: Config;
  readonly service: Service;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Told when the tables and the journal do not belong together: then the start stops. */
  readonly onMismatch: (why: string) => void;
}

/** Has the tables follow a service that is ready; undefined where they are off. The book never waits for them. */
export function tablesBeside({ dataDir, database, config, service, metrics, logger, onMismatch }: Beside): Store | undefined {
  if (database === "off") return undefined;
  const store = Store.begin({
    dataDir, url: serverOf({ database }), ...projectionOptions(config), retentionDays: config.retentionDays, durableThrough: () => service.durableThrough,
    onNote: (text) => logger.info(text),
    onFailure: (text, isFinal) => {
      if (isFinal) onMismatch(text);
      else logger.warn({ reason: text }, "the tables do not follow for now: it is tried again");
    },
  });
  void store.opened.then((name) => logger.info({ database: name, seq: store.seq, lag: store.lag }, "the tables follow"));
  metrics.gauge("fillbook_store_seq", "The last entry that the SQL tables show", () => store.seq);
  metrics.gauge("fillbook_store_lag_entries", "Entries on disk that the SQL tables do not show yet", () => store.lag);
  return store;
}
