export { Server, type ServerOptions } from "./server.ts";
export { Metrics } from "./metrics.ts";
