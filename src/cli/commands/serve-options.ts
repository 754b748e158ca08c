import type { ConfigOptions } from "../config/read.ts";
import type { CommonOptions } from "../context.ts";

/** Options of `serve` that go before the configuration. */
export interface ServeOptions extends CommonOptions {
  readonly host?: string;
  readonly port?: string;
  readonly logLevel?: string;
  readonly database?: string;
}

/** The same by the keys that they go before. */
export function configOptions({ host, port, logLevel, database }: ServeOptions): ConfigOptions {
  return { "http.host": host, "http.port": port, "http.log_level": logLevel, "database.url": database };
}
