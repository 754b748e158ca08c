export { Server, NotLoopback, type ServerOptions } from "./server.ts";
export { Metrics } from "./metrics.ts";
export { isLoopback } from "./guard.ts";
