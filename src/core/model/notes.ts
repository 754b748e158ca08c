import type { FillNotes } from "./fill.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

const APART = "\u001f";

/** Notes as bytes: none for none, else five texts with U+001F between them; the order id last, since it alone may hold one. */
export function encodeNotes(notes: FillNotes): Uint8Array {
  const texts = [notes.arrivalPrice, notes.slippage, notes.latencyMs, notes.executionScore, notes.orderId];
  return texts.every((text) => text === undefined) ? new Uint8Array(0) : encodeUtf8(texts.map((text) => text ?? "").join(APART));
}

/** Texts of notes in the order they are written; "" for none. */
export type NoteTexts = readonly [arrivalPrice: string, slippage: string, latencyMs: string, executionScore: string, orderId: string];
const NONE: NoteTexts = ["", "", "", "", ""];

/** Reads what `encodeNotes` wrote. The order id is last, so that it may hold anything. */
export function decodeNotes(bytes: Uint8Array, start: number, end: number): NoteTexts {
  if (start === end) return NONE;
  const [arrivalPrice = "", slippage = "", latencyMs = "", executionScore = "", ...orderId] = decodeUtf8(bytes, start, end).split(APART);
  return [arrivalPrice, slippage, latencyMs, executionScore, orderId.join(APART)];
}
