import { joined } from "./bytes.ts";
import { LONGEST_ROW } from "./csv-scanner.ts";
import { Pending } from "./pending.ts";

/** Takes JSON values one by one, as bytes; they may be overwritten afterwards. */
export interface ElementTaker {
  element(bytes: Uint8Array, line: number): void;
  /**
   * May take the object that starts at `start` itself, with the line end behind it where elements are lines, and say
   * where it ends, or −1 to have it as an `element`. It holds no line end. Behind the bytes that are known stand zeros.
   */
  fastElement?(bytes: Uint8Array, start: number, line: number): number;
  /** @param isTooLong it is refused for its length alone: what it says was not looked at */
  broken(line: number, reason: string, raw: Uint8Array, isTooLong?: boolean): void;
  /** Between elements stands what no JSON document has there; they are given all the same. */
  irregular?(line: number, reason: string): void;
}

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
/** An object is read the fast way once so many bytes are there, or no more come. */
const FAST_ROOM = 8192;

/**
 * Splits a JSON document into the elements of its list without reading it whole: a list at the top, or under `listKey`
 * of an object at the top; objects one after the other are elements too. It looks at brackets and quotes only; whether
 * an element is JSON is for its taker to say.
 */
export class JsonScanner {
  readonly #taker: ElementTaker;
  readonly #listKey: string | undefined;
  readonly #longest: number;
  /** Whether the list stands inside an object; what else that object says is passed over. */
  wrapped = false;
  readonly #pending = new Pending();
  #line = 1;
  #inList = false; // the elements are those of a list
  #ended = false; // the list is closed
  #before: "start" | "element" | "comma" = "start"; // what stands before, in the list or the document
  #depth = 0; // of brackets inside the element
  #inString = false;
  #escaped = false;
  #held: Uint8Array[] = []; // the element as far as it came
  #heldBytes = 0;
  #startLine = 0; // of the element, 0 outside of one
  #tooLong = false;
  #key = ""; // the last text at depth 1 of an object at the top: it may name the list
  #readingKey = false;

  constructor(taker: ElementTaker, listKey: string | undefined, longest = LONGEST_ROW) {
    this.#taker = taker;
    this.#listKey = listKey;
    this.#longest = longest;
  }

  /** Takes the next bytes; they may be overwritten afterwards. */
  push(bytes: Uint8Array): void {
    this.#pending.add(bytes);
    this.#pending.keepFrom(this.#scan(this.#pending.all, false));
  }

  /** Gives all whole elements and says from where on bytes are still to be read. */
  #scan(bytes: Uint8Array, final: boolean): number {
    let from = 0; // where the element starts, or goes on, in these bytes
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      if (byte === LF) this.#line += 1;
      if (this.#startLine === 0) {
        if (!this.#between(byte)) continue;
        if (byte === OPEN_OBJECT && this.#taker.fastElement !== undefined) {
          if (!final && at + FAST_ROOM > bytes.length) return at;
          const end = this.#taker.fastElement(this.#pending.bytes, at, this.#line);
          if (end >= 0) {
            this.#started();
            at = end - 1;
            continue;
          }
        }
        from = at;
        this.#startLine = this.#line;
        this.#started();
        this.#open(byte);
        continue;
      }
      if (this.#inString) {
        if (this.#readingKey && this.#key.length < 64) this.#key += String.fromCharCode(byte);
        if (byte === LF) this.#breakOff(bytes.subarray(from, at));
        else if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) {
          this.#inString = false;
          if (this.#depth === 0) this.#end(bytes, from, at + 1);
        }
        continue;
      }
      if (this.#depth === 0 && (byte <= 32 || byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT)) {
        this.#end(bytes, from, at); // a bare word or number ends where it is followed by something else
        if (byte === LF) this.#line -= 1;
        at -= 1;
        continue;
      }
      if (byte === QUOTE) {
        this.#inString = true;
        this.#readingKey = this.#depth === 1 && !this.#inList;
        if (this.#readingKey) this.#key = "";
      } else if (byte === OPEN_ARRAY && this.#depth === 1 && !this.#inList && this.#key === `${this.#listKey}":`) {
        this.#forget();
        this.#inList = true;
        this.#before = "start";
        this.wrapped = true;
      } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#depth += 1;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        this.#depth -= 1;
        if (this.#depth === 0) this.#end(bytes, from, at + 1);
      } else if (byte === COLON && this.#readingKey) {
        this.#key += ":";
        this.#readingKey = false;
      } else if (byte > 32) this.#key = "";
    }
    if (this.#startLine !== 0) this.#hold(bytes.subarray(from));
    return bytes.length;
  }

  /** Ends the document; an element that is not closed is refused. */
  finish(cut?: string): void {
    this.#scan(this.#pending.all, true);
    if (this.#before === "start" && !this.#inList && !this.#ended) this.#irregular("is empty");
    const rest = this.#tooLong ? this.#held[0]! : joined(...this.#held);
    if (this.#startLine !== 0 && this.#depth === 0 && !this.#inString && cut === undefined) this.#end(rest, rest.length, rest.length);
    else if (this.#startLine !== 0 || cut !== undefined) this.#taker.broken(this.#startLine || this.#line, cut ?? "starts here and never ends: a bracket or a quote is missing", rest);
    else if (this.#inList && !this.#ended) this.#taker.broken(this.#line, "the list is not closed: the file ends early", rest);
  }

  /** Between elements: says whether `byte` starts one. */
  #between(byte: number): boolean {
    if (byte <= SPACE) {
      if (byte !== SPACE && byte !== LF && byte !== CR && byte !== TAB) this.#irregular("a control character stands between the values");
      return false;
    }
    if (this.#ended && this.wrapped) return false;
    if (this.#ended) this.#irregular("something follows the end of the list");
    if (byte === COMMA) {
      if (!this.#inList || this.#before !== "element") this.#irregular("a comma stands where none belongs");
      this.#before = "comma";
      return false;
    }
    if (byte === OPEN_ARRAY && !this.#inList && !this.#ended) {
      if (this.#before !== "start") this.#irregular("a second value follows the first");
      this.#inList = true;
      this.#before = "start";
      return false;
    }
    if (byte === CLOSE_ARRAY && this.#inList) {
      if (this.#before === "comma") this.#irregular("a comma stands where none belongs");
      this.#inList = false;
      this.#ended = true;
      return false;
    }
    return true;
  }

  #started(): void {
    if (this.#before === "element") this.#irregular(this.#inList ? "a comma is missing between two values" : "a second value follows the first");
    this.#before = "element";
  }

  #irregular(reason: string): void {
    this.#taker.irregular?.(this.#line, reason);
  }

  #open(byte: number): void {
    this.#depth = byte === OPEN_OBJECT || byte === OPEN_ARRAY ? 1 : 0;
    this.#inString = byte === QUOTE;
    this.#key = "";
  }

  #hold(bytes: Uint8Array): void {
    if (this.#tooLong) return;
    this.#held.push(joined(bytes));
    this.#heldBytes += bytes.length;
    this.#tooLong = this.#heldBytes > this.#longest;
  }

  #end(bytes: Uint8Array, from: number, to: number): void {
    const line = this.#startLine;
    const last = bytes.subarray(from, to);
    if (this.#tooLong || this.#heldBytes + last.length > this.#longest) {
      this.#taker.broken(line, `longer than ${this.#longest} bytes`, this.#held[0] ?? last, true);
    } else this.#taker.element(this.#held.length === 0 ? last : joined(...this.#held, last), line);
    this.#forget();
  }

  /** No JSON text holds a line end: the element lacks a quote, and how deep it was cannot be known. The next may be whole. */
  #breakOff(last: Uint8Array): void {
    this.#taker.broken(this.#startLine, "a quote is missing", this.#tooLong ? this.#held[0]! : joined(...this.#held, last));
    this.#forget();
  }

  #forget(): void {
    this.#held = [];
    this.#heldBytes = 0;
    this.#tooLong = false;
    this.#startLine = 0;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#key = "";
    this.#readingKey = false;
  }
}

/** Whether bytes are one whole element, and no object around a list. */
export function isOneElement(bytes: Uint8Array, listKey: string | undefined): boolean {
  let elements = 0;
  let broken = 0;
  const scanner = new JsonScanner({ element: () => (elements += 1), broken: () => (broken += 1) }, listKey);
  scanner.push(bytes);
  scanner.finish();
  return elements === 1 && broken === 0 && !scanner.wrapped;
}
