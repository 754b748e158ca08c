export { readSubscription, type StreamFormat, type StreamFrame, type Subscription, type WireBreach, type WireBreaker, type WireChannel, type WireRisk, type WireRow } from "./protocol.ts";
export { JsonBytes } from "./json-bytes.ts";
export { positionKeyText, rowPrefix, ROW_FIELDS, writePosition, type RowBytes, type WrittenPosition } from "./row-bytes.ts";
export { changesFrame, snapshotFrame, snapshotPart, type Frame, type FrameHead } from "./frame-bytes.ts";
export { LiveRows, type AccountScope, type Change, type Since } from "./live-rows.ts";
export { LiveChannel, type ChannelChanges, type ChannelRow } from "./live-channel.ts";
export { LiveRisk, type RiskScope } from "./live-risk.ts";
export { Replica, type ReplicaRow, type ReplicaWatcher } from "./replica.ts";
