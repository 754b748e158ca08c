/**
 * What a client of `GET /v1/stream` needs, without Node and without the book: `import { Replica } from "fillbook/stream"`.
 * `examples/follow.ts` follows a service with it.
 */
export { readSubscription, Replica, ROW_FIELDS, type StreamFormat, type StreamFrame, type Subscription, type WireRow } from "./core/wire/index.ts";
export type { LotView, PositionView, RowView } from "./core/book/index.ts";
