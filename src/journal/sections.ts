/**
 * Sections inside a block. Each starts at a multiple of 8 with 16 bytes: kind (1 fills, 2 facts), bytes that follow,
 * entries, bytes of JSON; as u32. The JSON comes next, filled up with spaces to a multiple of 8: the directory page of
 * fills (`{"names":[…],"routes":[[account,venue,symbol],…]}`, nothing when empty), or the facts. After a page the fills
 * stand in columns (`core/model/codec.ts`).
 */
import { decodeFacts, decodeFills, encodeFacts, encodedFillsSize, encodeFills, type DirectoryPage, type Section } from "../core/model/index.ts";
import { viewOf } from "./format.ts";
import { countEntries } from "./journal.ts";

const SECTION_HEADER = 16;
const FILLS = 1;
const FACTS = 2;
const SPACE = 32;
const noPage: DirectoryPage = { names: [], routes: [] };
const pad8 = (n: number): number => (n + 7) & ~7;

/** Sections made ready to write: their JSON as bytes, and the room they need. */
export interface PreparedSections {
  readonly sections: readonly Section[];
  readonly json: readonly Buffer[];
  readonly bytes: number;
}

export function prepareSections(sections: readonly Section[]): PreparedSections {
  const json = sections.map((section) => Buffer.from(section.kind === "facts" ? encodeFacts(section.facts) : pageJson(section.page)));
  const bytes = sections.reduce((sum, section, i) => {
    return sum + SECTION_HEADER + pad8(json[i]!.length) + (section.kind === "fills" ? encodedFillsSize(section.fills) : 0);
  }, 0);
  return { sections, json, bytes };
}

/** Writes prepared sections at `offset`, a multiple of 8. Returns the offset after them. */
export function writeSections(prepared: PreparedSections, into: Uint8Array, offset: number): number {
  const view = viewOf(into);
  let at = offset;
  prepared.sections.forEach((section, i) => {
    const json = prepared.json[i]!;
    const start = at + SECTION_HEADER;
    into.set(json, start);
    let end = start + pad8(json.length);
    into.fill(SPACE, start + json.length, end);
    if (section.kind === "fills") end = encodeFills(section.fills, into, end);
    [section.kind === "fills" ? FILLS : FACTS, end - start, countEntries([section]), json.length].forEach((n, word) => view.setUint32(at + word * 4, n, true));
    at = end;
  });
  return at;
}

/** Sections as views of `bytes`, which must already be checked. */
export function readSections(bytes: Uint8Array, view: DataView, offset: number, count: number): Section[] {
  const sections: Section[] = [];
  let at = offset;
  for (let i = 0; i < count; i += 1) {
    const kind = view.getUint32(at, true);
    const jsonBytes = view.getUint32(at + 12, true);
    const start = at + SECTION_HEADER;
    if (kind === FILLS) {
      const page = jsonBytes === 0 ? noPage : (JSON.parse(textOf(bytes, start, jsonBytes)) as DirectoryPage);
      sections.push({ kind: "fills", page, fills: decodeFills(bytes, start + pad8(jsonBytes)).fills });
    } else if (kind === FACTS) {
      sections.push({ kind: "facts", facts: decodeFacts(textOf(bytes, start, jsonBytes)) });
    } else {
      throw new Error(`a section of kind ${kind} was written by a newer Fillbook`);
    }
    at = start + view.getUint32(at + 4, true);
  }
  return sections;
}

function pageJson(page: DirectoryPage): string {
  return page.names.length + page.routes.length === 0 ? "" : JSON.stringify({ names: page.names, routes: page.routes });
}

function textOf(bytes: Uint8Array, start: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString();
}
