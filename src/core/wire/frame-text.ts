import { ageSeconds } from "../book/index.ts";
import { formatTime, readTime } from "../model/index.ts";
import type { StreamFormat, WireRisk } from "./protocol.ts";
import { KEY_FIELDS, ROW_FIELDS, type RowText } from "./row-text.ts";

const FIELDS = JSON.stringify(ROW_FIELDS);

/** What a frame says beside its rows. */
export interface FrameHead {
  readonly format: StreamFormat;
  readonly isFirst: boolean; // of a subscription
  readonly run: string;
  readonly nowNs: bigint;
}

/** A row that changed, or went: then there is no more of it than its key. */
export interface ChangedRow {
  readonly text: string;
}

/** The frame that leads from one entry to another. */
export function changesFrame({ format, isFirst, run, nowNs }: FrameHead, from: number, to: number, rows: readonly ChangedRow[], risk?: WireRisk): string {
  const head = isFirst ? `{${format === "rows" ? `"fields":${FIELDS},` : ""}"run":"${run}","from":${from},"to":${to},` : `{"from":${from},"to":${to},`;
  if (format === "objects") return `${head}"asOf":"${formatTime(nowNs)}","changes":[${rows.map((row) => objectText(row, nowNs)).join(",")}]${riskText(risk)}}`;
  return `${head}"changes":[${rows.map(({ text }) => text).join(",")}]${riskText(risk)}}`;
}

function riskText(risk: WireRisk | undefined): string {
  return risk === undefined ? "" : `,"risk":${JSON.stringify(risk)}`;
}

/** The whole of a snapshot, or its last part. @param gone rows that earlier parts had and are there no more */
export function snapshotFrame(head: FrameHead, seq: number, positions: readonly (readonly RowText[])[], gone: readonly ChangedRow[] = [], risk?: WireRisk): string {
  return `${snapshotHead(head)}${snapshotRows(head, positions, gone)}}${riskText(risk)},"seq":${seq},"run":"${head.run}"}`;
}

/** A part of a snapshot that is not the last. */
export function snapshotPart(head: FrameHead, positions: readonly (readonly RowText[])[]): string {
  return `${snapshotHead(head)}${snapshotRows(head, positions, [])}},"more":true}`;
}

function snapshotHead({ format, isFirst, nowNs }: FrameHead): string {
  return `{${isFirst && format === "rows" ? `"fields":${FIELDS},` : ""}"snapshot":{"asOf":"${formatTime(nowNs)}",`;
}

function snapshotRows({ format, nowNs }: FrameHead, positions: readonly (readonly RowText[])[], gone: readonly ChangedRow[]): string {
  if (format === "rows") return `"rows":[${[...positions.flat(), ...gone].map(({ text }) => text).join(",")}]`;
  const whole = positions.map(([net, ...venues]) => {
    const { terms, ...position } = rowObject(net!, nowNs);
    return JSON.stringify({ ...position, ...(terms === "" ? {} : { terms }), venues: venues.map((row) => venueOf(rowObject(row, nowNs))) });
  });
  return `"positions":[${[...whole, ...gone.map((row) => objectText(row, nowNs))].join(",")}]`;
}

function objectText(row: ChangedRow, nowNs: bigint): string {
  return JSON.stringify(rowObject(row, nowNs));
}

/** A row as CONTRACT names its figures, and what tells it from others: with the age of its mark beside the mark's time. */
function rowObject({ text }: ChangedRow, nowNs: bigint): Record<string, unknown> {
  const values = JSON.parse(text) as unknown[];
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
