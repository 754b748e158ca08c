/**
 * Machine code that reads the CSV rows nearly all files are made of: AssemblyScript, which `node scripts/assembly.mjs` compiles into
 * `src/venues/csv/csv-rows-code.ts`. What it takes, it takes as `readFillRow` (`src/core/model/read-fill.ts`) does, which it is held
 * equal to; at a row that is out of the ordinary it stops.
 *
 * `FastRows` (`src/venues/csv/fast-rows.ts`) puts bytes into the memory, calls `read`, numbers the names it stops at, and takes the
 * columns out.
 */

// What `read` is told, and says at its end.
const STOPPED_AT: usize = 0; // where the next row begins
const REASON: usize = 4; // see below
const NAME_KIND: usize = 8; // of the name or words it does not know
const NAME_FROM: usize = 12;
const NAME_TO: usize = 16;
const UNITS: usize = 20; // bits: the units of time that were seen
const EPOCHS: usize = 24; // by unit: the row of this call that first had an epoch of it; −1
const FOUND: usize = 64; // numbers of this row's names, by kind
const OTHERWISE: usize = 96; // their numbers where the row says none
const NOTE_FROM: usize = 128; // of this row's notes
const NOTE_TO: usize = 148;
const KINDS: usize = 168; // of the cells, at most 28

// Why it stopped.
const AT_END: i32 = 0; // no room for more rows, or too few bytes
const PLAIN: i32 = 1; // the row must be read the plain way
const NAME: i32 = 2; // a name has no number yet
const ROUTE: i32 = 3; // nor has this route

// Columns.
const MOST: usize = 8192;
const QUANTITIES: usize = 1024;
const PRICES: usize = QUANTITIES + MOST * 8;
const FEES: usize = PRICES + MOST * 8;
const SEQS: usize = FEES + MOST * 8;
const TIME_HIGHS: usize = SEQS + MOST * 8;
const TIME_LOWS: usize = TIME_HIGHS + MOST * 4;
const ROUTES: usize = TIME_LOWS + MOST * 4;
const FEE_CURRENCIES: usize = ROUTES + MOST * 4;
const STRATEGIES: usize = FEE_CURRENCIES + MOST * 4;
const SIGNALS: usize = STRATEGIES + MOST * 4;
const ID_ENDS: usize = SIGNALS + MOST * 4;
const NOTE_ENDS: usize = ID_ENDS + MOST * 4;
const TRAITS: usize = NOTE_ENDS + MOST * 4;
const QUANTITY_DIGITS: usize = TRAITS + MOST * 2;
const PRICE_DIGITS: usize = QUANTITY_DIGITS + MOST;
const FEE_DIGITS: usize = PRICE_DIGITS + MOST;
const TEXTS: usize = FEE_DIGITS + MOST; // ids and notes: no longer than the rows, and four bytes between notes
const WINDOW: usize = 512 * 1024;
const INPUT: usize = TEXTS + WINDOW + MOST * 4;
/** Behind the input, which ends with a 0, words of eight bytes may be read. */
const TABLE: usize = INPUT + WINDOW + 512;

// Kinds of cells.
const IGNORED: i32 = 0;
const ID: i32 = 1;
const SIDE: i32 = 2;
const QUANTITY: i32 = 3;
const PRICE: i32 = 4;
const FEE: i32 = 5;
const TIME: i32 = 6;
const FIRST_NOTE: i32 = 8;
const ORDER_ID: i32 = 12; // the only note that is no number
const NOTES: usize = 5;
const FIRST_NAMED: i32 = 16;
const ACCOUNT: i32 = 16;
const FIRST_OPTIONAL: i32 = 19; // names from here on may be missing
const NAMES: usize = 8;
const ROUTE_KIND: i32 = 31; // in the table: three numbers

const SPACE: i32 = 32;
const PLUS: i32 = 43;
const MINUS: i32 = 45;
const POINT: i32 = 46;
const ZERO: i32 = 48;
const BETWEEN_NOTES: u8 = 0x1f;
const LONGEST_NAME: usize = 256;
const LONGEST_AMOUNT: usize = 15; // so many digits are exact as a double
const BILLION: i64 = 1_000_000_000;
const LATEST: i64 = 9_214_646_400; // years are left to the plain reader from here on: 2262
const NONE: i32 = -1;
/** Of eight bytes in a word: the last bit of each, the first bit, and a digit 0. */
const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = 0x8080_8080_8080_8080;
const ZEROS: u64 = 0x3030_3030_3030_3030;

// The table of names: a slot is a hash and the place of an entry, which is its number, its kind and length, and its bytes.
const FIRST_SLOTS: u32 = 1024;
const ENTRY_TEXT: usize = 8;
let slots: usize = TABLE;
let mask: u32 = FIRST_SLOTS - 1;
let entries: u32 = 0;
let free: usize = TABLE + <usize>FIRST_SLOTS * 8;

/** The separator, eight times. */
let separators: u64 = 0;

/** What was read last. */
let mantissa: i64 = 0;
let digits: i32 = 0;
let seconds: i64 = 0;
let nanoseconds: i64 = 0;
let unit: i32 = 0;
let isEpoch: bool = false;
/** The day of the last time: fills of one day come together. */
let dayText: u64 = 0;
let dayEnd: u16 = 0;
let daySeconds: i64 = 0;

/**
 * Reads rows that begin in INPUT + [from, to), the first into row `first` of the columns, its id at `textFrom` of the texts' whole.
 * Returns how many rows stand in the columns then; why no more, stands at REASON.
 */
export function read(from: i32, to: i32, first: i32, most: i32, cells: i32, separator: i32, isSigned: i32, textAt: i32, textFrom: i32): i32 {
  let at = INPUT + <usize>from;
  const end = INPUT + <usize>to;
  let row = first;
  let text = TEXTS + <usize>textAt;
  const shift = TEXTS + <usize>textAt - <usize>textFrom;
  store<i32>(REASON, AT_END);
  separators = ONES * <u64>separator;
  while (row < most && at < end) {
    const begun = at;
    const textBegun = text;
    const column = <usize>row;
    let side: i32 = isSigned;
    let isNoted = false;
    for (let k: usize = 0; k < NAMES * 4; k += 8) store<i64>(FOUND + k, load<i64>(OTHERWISE + k));
    store<f64>(FEES + (column << 3), 0);
    store<u8>(FEE_DIGITS + column, 0);
    store<i32>(REASON, PLAIN);
    let cell: i32 = 0;
    for (; cell < cells; cell += 1) {
      const kind = load<i32>(KINDS + (<usize>cell << 2));
      const byte: i32 = load<u8>(at);
      if (byte === separator || byte === 10 || byte === 13) {
        if (kind !== IGNORED && kind !== FEE && kind !== ACCOUNT && !(kind >= FIRST_NOTE && kind < FIRST_NAMED) && kind < FIRST_OPTIONAL) break;
      } else if (kind >= FIRST_NAMED) {
        const nameEnd = endOf(at);
        if (nameEnd === 0) break;
        const number = numberOf(kind, at, nameEnd - at);
        if (number === NONE) {
          store<i32>(REASON, NAME);
          store<i32>(NAME_KIND, kind);
          store<i32>(NAME_FROM, <i32>(at - INPUT));
          store<i32>(NAME_TO, <i32>(nameEnd - INPUT));
          break;
        }
        store<i32>(FOUND + (<usize>(kind - FIRST_NAMED) << 2), number);
        at = nameEnd;
      } else if (kind === ID) {
        const idEnd = endOf(at);
        if (idEnd === 0) break;
        copy(text, at, idEnd);
        text += idEnd - at;
        at = idEnd;
      } else if (kind === SIDE) {
        side = sideOf(at);
        if (side === 0) break;
        at += side > 0 ? 3 : 4;
      } else if (kind === TIME) {
        at = scanTime(at);
        if (at === 0) break;
        const ns = seconds * BILLION + nanoseconds;
        store<i32>(TIME_HIGHS + (column << 2), <i32>(ns >> 32));
        store<i32>(TIME_LOWS + (column << 2), <i32>ns);
      } else if (kind === IGNORED || kind >= FIRST_NOTE) {
        const noteEnd = endOf(at);
        if (noteEnd === 0) break;
        if (kind !== IGNORED) {
          if (kind < ORDER_ID && scanAmount(at) !== noteEnd) break;
          if (!isNoted) for (let k: usize = 0; k < NOTES * 8; k += 8) store<i64>(NOTE_FROM + k, 0);
          isNoted = true;
          const note = <usize>(kind - FIRST_NOTE) << 2;
          store<i32>(NOTE_FROM + note, <i32>at);
          store<i32>(NOTE_TO + note, <i32>noteEnd);
        }
        at = noteEnd;
      } else {
        const amountAt = at;
        at = scanAmount(at);
        if (at === 0) break;
        if (kind === QUANTITY) {
          store<f64>(QUANTITIES + (column << 3), <f64>mantissa);
          store<u8>(QUANTITY_DIGITS + column, digits);
        } else if (kind === PRICE) {
          store<f64>(PRICES + (column << 3), <f64>mantissa);
          store<u8>(PRICE_DIGITS + column, digits);
        } else if (kind === FEE) {
          store<f64>(FEES + (column << 3), <f64>mantissa);
          store<u8>(FEE_DIGITS + column, digits);
        } else if (!isWhole(amountAt, at)) break;
        else store<f64>(SEQS + (column << 3), <f64>mantissa);
      }
      const ending: i32 = load<u8>(at);
      if (cell + 1 < cells) {
        if (ending !== separator) break;
      } else {
        if (ending === 13) at += 1;
        if (load<u8>(at) !== 10) break;
      }
      at += 1;
    }
    let quantity = load<f64>(QUANTITIES + (column << 3));
    let route = NONE;
    const isRead = cell === cells && quantity !== 0 && (quantity > 0 || isSigned !== 0);
    if (isRead) {
      route = numberOf(ROUTE_KIND, FOUND, 12);
      if (route === NONE) store<i32>(REASON, ROUTE);
    }
    if (route === NONE) {
      store<i32>(STOPPED_AT, <i32>(begun - INPUT));
      return row;
    }
    store<i32>(REASON, AT_END);
    if (side < 0) store<f64>(QUANTITIES + (column << 3), -quantity);
    store<i32>(ROUTES + (column << 2), route);
    store<i32>(FEE_CURRENCIES + (column << 2), load<i32>(FOUND + 12));
    store<i32>(STRATEGIES + (column << 2), load<i32>(FOUND + 16));
    store<i32>(SIGNALS + (column << 2), load<i32>(FOUND + 20));
    store<u16>(TRAITS + (column << 1), <u16>(unit | (max(load<i32>(FOUND + 24), 0) << 2) | (max(load<i32>(FOUND + 28), 0) << 4)));
    store<i32>(ID_ENDS + (column << 2), <i32>(text - shift));
    if (isNoted) text = copyNotes(text);
    store<i32>(NOTE_ENDS + (column << 2), <i32>(text - shift));
    store<i32>(UNITS, load<i32>(UNITS) | (1 << unit));
    if (isEpoch && load<i32>(EPOCHS + (<usize>unit << 2)) < 0) store<i32>(EPOCHS + (<usize>unit << 2), row);
    row += 1;
  }
  store<i32>(STOPPED_AT, <i32>(at - INPUT));
  return row;
}

/** Gives the text at INPUT + [from, to) its number among those of a kind. */
export function learnName(kind: i32, from: i32, to: i32, number: i32): void {
  learn(kind, INPUT + <usize>from, <usize>(to - from), number);
}

/** Gives the route of the three numbers at FOUND its number. */
export function learnRoute(number: i32): void {
  learn(ROUTE_KIND, FOUND, 12, number);
}

/** Where the text at `at` ends; 0 when the plain reader must look: nothing stands there, spaces around it, or too long. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function endOf(start: usize): usize {
  let at = start;
  let ends = textEnds(load<u64>(at));
  while (ends === 0) {
    at += 8;
    ends = textEnds(load<u64>(at));
  }
  at += <usize>(ctz(ends) >> 3);
  return at === start || at - start > LONGEST_NAME || load<u8>(start) === SPACE || load<u8>(at - 1) === SPACE ? 0 : at;
}

/** The lowest bit set tells which of eight bytes no text goes on with: it is the separator, a quote, or not printable ASCII. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function textEnds(word: u64): u64 {
  const separated = word ^ separators;
  const quoted = word ^ (ONES * 34);
  return (((separated - ONES) & ~separated) | ((quoted - ONES) & ~quoted) | ((word - ONES * 32) & ~word) | (word + ONES) | word) & TOPS;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function copy(to: usize, from: usize, end: usize): void {
  // Eight at a time: what is written too much, what comes next is written over.
  for (let at = from, into = to; at < end; at += 8, into += 8) store<u64>(into, load<u64>(at));
}

/** Writes the notes of a row, in their order, what stands between them also where there is none. */
function copyNotes(to: usize): usize {
  let text = to;
  for (let k: usize = 0; k < NOTES; k += 1) {
    if (k > 0) {
      store<u8>(text, BETWEEN_NOTES);
      text += 1;
    }
    const from = <usize>load<i32>(NOTE_FROM + (k << 2));
    const end = <usize>load<i32>(NOTE_TO + (k << 2));
    for (let at = from; at < end; at += 1, text += 1) store<u8>(text, load<u8>(at));
  }
  return text;
}

/** 1 for buy, −1 for sell, 0 for neither. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function sideOf(at: usize): i32 {
  const word = load<u32>(at) | 0x2020_2020;
  return word === 0x6c6c_6573 ? -1 : (word & 0xff_ffff) === 0x79_7562 ? 1 : 0;
}

/** Reads a plain decimal, without its needless zeros. Where it ends; 0 when the plain reader must look. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function scanAmount(start: usize): usize {
  const sign: i32 = load<u8>(start);
  const first = start + usize(sign === MINUS || sign === PLUS);
  const word = load<u64>(first);
  let others = noDigits(word);
  const whole = ctz(others) >> 3; // digits before the point; 8 where there are more
  const isSplit = (<i32>(word >>> (whole << 3)) & 0xff) === POINT;
  others &= others - u64(isSplit);
  const length = ctz(others) >> 3;
  if (whole === 8 || length === 8 || length <= u64(isSplit)) return scanLong(first, sign);
  // The digits move together, and up to the end of the word, with zeros before them.
  const before = ((<u64>1 << (whole << 3)) - 1);
  const joined = isSplit ? (word & before) | ((word >>> 8) & ~before) : word;
  const count = length - u64(isSplit);
  let padded = (joined << ((8 - count) << 3)) | (ZEROS >>> (count << 3));
  let behind = isSplit ? count - whole : 0;
  const needless = min(clz(padded ^ ZEROS) >> 3, behind);
  if (needless > 0) {
    padded = (padded << (needless << 3)) | (ZEROS >>> ((8 - needless) << 3));
    behind -= needless;
  }
  const value = <i64>eightDigits(padded);
  mantissa = sign === MINUS ? -value : value;
  digits = value === 0 ? 0 : <i32>behind;
  return first + <usize>length;
}

/** The lowest bit set tells which of eight bytes is no digit. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function noDigits(word: u64): u64 {
  const digit = word ^ ZEROS;
  return ((digit + ONES * 0x76) | digit) & TOPS;
}

/** The number that eight digits are, the first of them in the lowest byte: pairs, then fours, then all. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function eightDigits(word: u64): u64 {
  const ones = word ^ ZEROS;
  const pairs = (ones * 10 + (ones >>> 8)) & 0x00ff_00ff_00ff_00ff;
  const fours = (pairs * 100 + (pairs >>> 16)) & 0x0000_ffff_0000_ffff;
  return (fours * 10_000 + (fours >>> 32)) & 0xffff_ffff;
}

/** The same of one that does not stand in eight bytes. */
function scanLong(first: usize, sign: i32): usize {
  let at = first;
  let value: i64 = 0;
  let digit = <u32>load<u8>(at) - ZERO; // 0 to 9 for a digit, more for any other byte
  while (digit <= 9) {
    value = value * 10 + digit;
    at += 1;
    digit = <u32>load<u8>(at) - ZERO;
  }
  let count = at - first;
  let behind: i32 = 0;
  if (load<u8>(at) === POINT) {
    at += 1;
    const point = at;
    digit = <u32>load<u8>(at) - ZERO;
    while (digit <= 9) {
      value = value * 10 + digit;
      at += 1;
      digit = <u32>load<u8>(at) - ZERO;
    }
    behind = <i32>(at - point);
    count += at - point;
  }
  if (count === 0 || count > LONGEST_AMOUNT) return 0;
  if (value === 0) behind = 0;
  else if (load<u8>(at - 1) === ZERO) {
    while (behind > 0 && value % 10 === 0) {
      value /= 10;
      behind -= 1;
    }
  }
  mantissa = sign === MINUS ? -value : value;
  digits = behind;
  return at;
}

/** Whether an amount is a number without sign and point. */
function isWhole(from: usize, to: usize): bool {
  for (let at = from; at < to; at += 1) if (<u32>load<u8>(at) - ZERO > 9) return false;
  return true;
}

/** Reads a time as `readTime` does: ISO 8601 in UTC, or a positive epoch. Where it ends; 0 when the plain reader must look. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function scanTime(start: usize): usize {
  return load<u8>(start + 4) === MINUS ? scanIso(start) : scanEpoch(start);
}

function scanIso(start: usize): usize {
  const t: i32 = load<u8>(start + 10); // "T" or " "
  if ((t !== 84 && t !== SPACE) || !isDay(start)) return 0;
  // HH:MM:SS: digits are 0 to 9 then, colons 0.
  const clock = load<u64>(start + 11) ^ 0x3030_3a30_303a_3030;
  if ((((clock + 0x7676_7f76_767f_7676) | clock) & TOPS) !== 0) return 0;
  const pairs = clock * 10 + (clock >>> 8);
  const hour = <i32>pairs & 0xff;
  const minute = <i32>(pairs >>> 24) & 0xff;
  const second = <i32>(pairs >>> 48) & 0xff;
  if (hour > 23 || minute > 59 || second > 59) return 0;
  let at = start + 19;
  let fraction: i64 = 0;
  let count: i32 = 0;
  if (load<u8>(at) === POINT) {
    at += 1;
    const point = at;
    for (let digit = <u32>load<u8>(at) - ZERO; digit <= 9; digit = <u32>load<u8>(at) - ZERO) {
      fraction = fraction * 10 + digit;
      at += 1;
    }
    if (at === point || at - point > 9) return 0;
    count = <i32>(at - point);
  }
  if (load<u8>(at) === 90) at += 1;
  else if (load<u8>(at) === PLUS && load<u32>(at + 1) === 0x303a_3030 && load<u8>(at + 5) === ZERO) at += 6;
  else return 0;
  for (let k = count; k < 9; k += 1) fraction *= 10;
  seconds = daySeconds + <i64>(hour * 3600 + minute * 60 + second);
  nanoseconds = fraction;
  unit = (count + 2) / 3;
  isEpoch = false;
  return at;
}

/** Whether YYYY-MM-DD stands there; then it is the day. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function isDay(start: usize): bool {
  return (load<u64>(start) === dayText && load<u16>(start + 8) === dayEnd) || isOtherDay(start);
}

function isOtherDay(start: usize): bool {
  const year = two(start) * 100 + two(start + 2);
  const month = two(start + 5);
  const date = two(start + 8);
  if (load<u8>(start + 7) !== MINUS || year < 1900 || year > 2200 || month < 1 || month > 12 || date < 1 || date > daysInMonth(year, month)) return false;
  dayText = load<u64>(start);
  dayEnd = load<u16>(start + 8);
  daySeconds = <i64>daysFromCivil(year, month, date) * 86_400;
  return true;
}

/** 11 digits or fewer are seconds, 14 milliseconds, 17 microseconds: as `readTime` tells them by size. */
function scanEpoch(start: usize): usize {
  let end = start;
  while (<u32>load<u8>(end) - ZERO <= 9) end += 1;
  const count = <i32>(end - start);
  if (count < 9 || count > 19 || load<u8>(start) === ZERO) return 0; // eight digits may be a date: the plain reader knows
  unit = count <= 11 ? 0 : count <= 14 ? 1 : count <= 17 ? 2 : 3;
  const point = end - <usize>(unit * 3);
  seconds = digitsOf(start, point);
  if (seconds >= LATEST) return 0;
  nanoseconds = digitsOf(point, end);
  for (let k = unit; k < 3; k += 1) nanoseconds *= 1000;
  isEpoch = true;
  return end;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function two(at: usize): i32 {
  const tens = <u32>load<u8>(at) - ZERO; // 0 to 9 for a digit, more for any other byte
  const ones = <u32>load<u8>(at + 1) - ZERO;
  return tens <= 9 && ones <= 9 ? <i32>(tens * 10 + ones) : 1_000_000;
}

function digitsOf(start: usize, end: usize): i64 {
  let value: i64 = 0;
  for (let at = start; at < end; at += 1) value = value * 10 + (<i64>load<u8>(at) - ZERO);
  return value;
}

function daysInMonth(year: i32, month: i32): i32 {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01 of a year that is positive (H. Hinnant, "chrono-compatible low-level date algorithms"). */
function daysFromCivil(year: i32, month: i32, day: i32): i32 {
  const y = month <= 2 ? year - 1 : year;
  const era = y / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function hashOf(kind: i32, text: usize, length: usize): u32 {
  let hash = <u64>kind * 0x9e37_79b9_7f4a_7c15;
  for (let i: usize = 0; i < length; i += 8) hash = rotl(hash ^ part(text + i, length - i), 29) * 0xbf58_476d_1ce4_e5b9;
  return <u32>(hash >> 32) | 1; // 0 is a free slot
}

/** Up to eight bytes of a text that has `left`. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function part(at: usize, left: usize): u64 {
  const word = load<u64>(at);
  return left >= 8 ? word : word & ((<u64>1 << (<u64>left << 3)) - 1);
}

/** The number of a text, or of three numbers, of a kind; NONE. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function numberOf(kind: i32, text: usize, length: usize): i32 {
  const hash = hashOf(kind, text, length);
  const shape = <u32>(kind << 16) | <u32>length;
  let slot = hash >> 1;
  for (let at = slotAt(slot); load<u32>(at) !== 0; at = slotAt(slot)) {
    const entry = <usize>load<u32>(at + 4);
    if (load<u32>(at) === hash && load<u32>(entry + 4) === shape && isText(entry + ENTRY_TEXT, text, length)) return load<i32>(entry);
    slot += 1;
  }
  return NONE;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function slotAt(slot: u32): usize {
  return slots + (<usize>(slot & mask) << 3);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function isText(entry: usize, text: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i += 8) if (load<u64>(entry + i) !== part(text + i, length - i)) return false;
  return true;
}

function learn(kind: i32, text: usize, length: usize, number: i32): void {
  if (entries * 2 > mask) enlarge();
  const size = ENTRY_TEXT + ((length + 7) & ~7);
  const entry = taken(size);
  store<i32>(entry, number);
  store<u32>(entry + 4, <u32>(kind << 16) | <u32>length);
  for (let i: usize = 0; i < length; i += 8) store<u64>(entry + ENTRY_TEXT + i, part(text + i, length - i));
  entries += 1;
  put(hashOf(kind, text, length), <u32>entry);
}

function put(hash: u32, entry: u32): void {
  let slot = hash >> 1;
  while (load<u32>(slotAt(slot)) !== 0) slot += 1;
  store<u32>(slotAt(slot), hash);
  store<u32>(slotAt(slot) + 4, entry);
}

/** Doubles the slots: the old ones stay unused, as much as all before them. */
function enlarge(): void {
  const old = slots;
  const oldBytes = <usize>(mask + 1) << 3;
  slots = taken(oldBytes * 2);
  mask = mask * 2 + 1;
  for (let at = old; at < old + oldBytes; at += 8) if (load<u32>(at) !== 0) put(load<u32>(at), load<u32>(at + 4));
}

/** Bytes of memory that are all 0. Without more to be had the machine traps. */
function taken(bytes: usize): usize {
  const at = free;
  free += bytes;
  const missing = <i32>((free + 0xffff) >> 16) - memory.size();
  if (missing > 0 && memory.grow(max(missing, memory.size() >> 2)) < 0) unreachable();
  return at;
}
