export { Server, type RiskSettings, type ServerOptions } from "./server.ts";
export type { TlsFiles } from "./tls.ts";
export { Metrics } from "./metrics.ts";
