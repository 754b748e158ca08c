import type { ConfigOptions } from "../config/read.ts";
import type { CommonOptions } from "../context.ts";

/** Options of `serve` that go before the configuration. */
export interface ServeOptions extends CommonOptions {
  readonly host?: string;
  readonly port?: string;
  readonly logLevel?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly rateLimit?: string;
  readonly allowOrigin?: readonly string[];
}

/** The same by the keys that they go before. */
export function configOptions({ host, port, logLevel, tlsCert, tlsKey, rateLimit, allowOrigin, database }: ServeOptions): ConfigOptions {
  return {
    "http.host": host, "http.port": port, "http.log_level": logLevel, "http.tls.cert_file": tlsCert, "http.tls.key_file": tlsKey,
    "http.rate_limit_per_minute": rateLimit, "http.allowed_origins": allowOrigin?.join(","), "database.url": database,
  };
}
