import { ageSeconds } from "../book/index.ts";
import { decodeUtf8, formatTime, readTime } from "../model/index.ts";
import { JsonBytes } from "./json-bytes.ts";
import type { StreamFormat, WireRisk } from "./protocol.ts";
import { KEY_FIELDS, ROW_FIELDS, type RowBytes } from "./row-bytes.ts";

const FIELDS = JSON.stringify(ROW_FIELDS);

/** What a frame says beside its rows. */
export interface FrameHead {
  readonly format: StreamFormat;
  readonly isFirst: boolean; // of a subscription
  readonly run: string;
  readonly nowNs: bigint;
}

/** A frame as bytes of UTF-8 that are its alone, or as text. */
export type Frame = Uint8Array | string;

/** The frame that leads from one entry to another. Of a row that went there is no more than its key. */
export function changesFrame({ format, isFirst, run, nowNs }: FrameHead, from: number, to: number, rows: readonly RowBytes[], risk?: WireRisk): Frame {
  const head = isFirst ? `{${format === "rows" ? `"fields":${FIELDS},` : ""}"run":"${run}","from":${from},"to":${to},` : `{"from":${from},"to":${to},`;
  if (format === "objects") return `${head}"asOf":"${formatTime(nowNs)}","changes":[${rows.map((row) => objectText(row, nowNs)).join(",")}]${riskText(risk)}}`;
  return joined(`${head}"changes":[`, rows, `]${riskText(risk)}}`);
}

function riskText(risk: WireRisk | undefined): string {
  return risk === undefined ? "" : `,"risk":${JSON.stringify(risk)}`;
}

/** The whole of a snapshot, or its last part. @param gone rows that earlier parts had and are there no more */
export function snapshotFrame(head: FrameHead, seq: number, positions: readonly (readonly RowBytes[])[], gone: readonly RowBytes[] = [], risk?: WireRisk): Frame {
  return snapshot(head, positions, gone, `}${riskText(risk)},"seq":${seq},"run":"${head.run}"}`);
}

/** A part of a snapshot that is not the last. */
export function snapshotPart(head: FrameHead, positions: readonly (readonly RowBytes[])[]): Frame {
  return snapshot(head, positions, [], '},"more":true}');
}

function snapshot({ format, isFirst, nowNs }: FrameHead, positions: readonly (readonly RowBytes[])[], gone: readonly RowBytes[], tail: string): Frame {
  const head = `{${isFirst && format === "rows" ? `"fields":${FIELDS},` : ""}"snapshot":{"asOf":"${formatTime(nowNs)}",`;
  if (format === "rows") return joined(`${head}"rows":[`, [...positions.flat(), ...gone], `]${tail}`);
  const whole = positions.map(([net, ...venues]) => {
    const { terms, ...position } = rowObject(net!, nowNs);
    return JSON.stringify({ ...position, ...(terms === "" ? {} : { terms }), venues: venues.map((row) => venueOf(rowObject(row, nowNs))) });
  });
  return `${head}"positions":[${[...whole, ...gone.map((row) => objectText(row, nowNs))].join(",")}]${tail}`;
}

function joined(head: string, rows: readonly RowBytes[], tail: string): Uint8Array {
  const frame = new JsonBytes(rows.reduce((size, { length }) => size + length + 1, head.length + tail.length));
  frame.text(head);
  rows.forEach(({ bytes, length }, i) => {
    if (i > 0) frame.text(",");
    frame.copy(bytes, length);
  });
  frame.text(tail);
  return frame.bytes.subarray(0, frame.length);
}

function objectText(row: RowBytes, nowNs: bigint): string {
  return JSON.stringify(rowObject(row, nowNs));
}

/** A row as CONTRACT names its figures, and what tells it from others: with the age of its mark beside the mark's time. */
function rowObject({ bytes, length }: RowBytes, nowNs: bigint): Record<string, unknown> {
  const values = JSON.parse(decodeUtf8(bytes, 0, length)) as unknown[];
  const row = Object.fromEntries(values.map((value, i) => [ROW_FIELDS[i]!, value]));
  return values.length === KEY_FIELDS.length ? { ...row, removed: true } : { ...row, markAge: ageOf(row["markTime"], nowNs) };
}

/** The age of a mark in seconds; null for none. */
export function ageOf(markTime: unknown, nowNs: bigint): number | null {
  const read = typeof markTime === "string" ? readTime(markTime) : undefined;
  return read === undefined || "problem" in read ? null : ageSeconds(read.ns, { nowNs });
}

function venueOf(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name === "venue" || name === "currency" || !(KEY_FIELDS as readonly string[]).includes(name)));
}
