export { readSubscription, type StreamFormat, type StreamFrame, type Subscription, type WireBreach, type WireBreaker, type WireChannel, type WireRisk, type WireRow } from "./protocol.ts";
export { positionKeyText, positionText, ROW_FIELDS, type PositionText, type RowText } from "./row-text.ts";
export { changesFrame, snapshotFrame, snapshotPart, type ChangedRow, type FrameHead } from "./frame-text.ts";
export { LiveRows, type AccountScope, type Change, type Since } from "./live-rows.ts";
export { LiveChannel, type ChannelChanges, type ChannelRow } from "./live-channel.ts";
export { LiveRisk, type RiskScope } from "./live-risk.ts";
export { Replica, type ReplicaRow, type ReplicaWatcher } from "./replica.ts";
