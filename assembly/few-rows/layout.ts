/**
 * The memory of `assembly/few-rows.ts`, in bytes: `src/core/position/few-rows.ts` puts fills and rows there.
 */

// Columns of the fills.
export const MOST: usize = 4096;
export const QUANTITIES: usize = 0;
export const PRICES: usize = QUANTITIES + MOST * 8;
export const FEES: usize = PRICES + MOST * 8;
export const TIME_HIGHS: usize = FEES + MOST * 8;
export const TIME_LOWS: usize = TIME_HIGHS + MOST * 4;
export const ROUTES: usize = TIME_LOWS + MOST * 4;
export const FEE_CURRENCIES: usize = ROUTES + MOST * 4;
export const QUANTITY_DIGITS: usize = FEE_CURRENCIES + MOST * 4;
export const PRICE_DIGITS: usize = QUANTITY_DIGITS + MOST;
export const FEE_DIGITS: usize = PRICE_DIGITS + MOST;
export const POWERS: usize = FEE_DIGITS + MOST; // of ten, as doubles, up to 10^22
export const MOST_POWER: i32 = 22;
// Slots, each a row; 0 is none.
export const SLOTS: usize = 180_224;
export const SLOT_SHIFT: usize = 8;
// The fills in the digits of a form, each as units and money a unit: all of them, and those that a row takes; and their fees.
export const TRADED: usize = 196_608;
export const TAKEN: usize = TRADED + (MOST + 2) * 16;
export const PAID: usize = TAKEN + (MOST + 2) * 16;
// Fills that are ready to be taken.
export const MOST_READY: usize = 128;
export const SHARES: usize = PAID + MOST * 8;
export const BOUGHT: usize = SHARES + MOST_READY * 8;
export const CLOSED: usize = BOUGHT + MOST_READY * 8;
export const HAD: usize = CLOSED + MOST_READY * 8;
// Slots as they were.
export const BEFORE: usize = HAD + MOST_READY * 8;
export const CONSTANTS: usize = BEFORE + (2 << SLOT_SHIFT);
// Factors by digits.
export const QUANTITY_FACTORS: usize = CONSTANTS + 96;
export const PRICE_FACTORS: usize = QUANTITY_FACTORS + 2048;
export const FEE_FACTORS: usize = PRICE_FACTORS + 2048;
// By route: the slot of its venue row in one byte, of its net row in the next.
export const SLOTS_OF: usize = 393_216;

// In a slot: the row's line and its rests, as in `PositionTable`;
export const COST: usize = 8;
export const REALIZED: usize = 16;
export const FEE_SUM: usize = 24;
export const VOLUME: usize = 32;
export const PEAK: usize = 40;
export const LAST_NS: usize = 48;
export const TRADES: usize = 56;
export const RESTS: usize = 64;
export const OPENED_NS: usize = RESTS + LAST_NS;
// how it counts;
export const FORM: usize = 128; // 0: the columns cannot book it
export const OF_QUANTITY: usize = 132; // digits
export const OF_PRICE: usize = 136;
export const OF_MONEY: usize = 140;
export const SETTLE: usize = 144;
export const UNSTATED: usize = 148;
export const FACTOR: usize = 152;
// and, while fills are applied, what they add up to;
export const SIZES: usize = 160;
export const FEES_PAID: usize = 168;
export const VALUES: usize = 176; // of fills below 2^51
export const LARGE_VALUES: usize = 184; // of the others: 64 bits, the upper ones behind
export const LARGE_VALUES_HIGH: usize = 192;
export const COST_BEFORE: usize = 200;
export const COST_BEFORE_HIGH: usize = 208;
// and cost and peak, where cost is beyond 2^51: else they stand in the line.
export const IS_LARGE: usize = 216;
export const LARGE_COST: usize = 224;
export const LARGE_COST_HIGH: usize = 232;
export const LARGE_PEAK: usize = 240;
export const LARGE_PEAK_HIGH: usize = 248;

export const TWO51: f64 = 2251799813685248;
export const TWO50: f64 = TWO51 / 2;
export const TWO53: f64 = TWO51 * 4;
export const TWO64: f64 = TWO51 * 8192;
export const TWO90: f64 = TWO64 * 67108864;
export const TWO100: f64 = TWO90 * 1024;
/** Below this, two of them and a part of one add up in 64 bits. */
export const IN_64_BITS: i64 = 1 << 60;
/** A cost that fell below this stands in the line again. */
export const SMALL: i64 = 1 << 50;
export const LOWER: i64 = 0xffff_ffff;
export const HALF: i64 = 1 << 29;
export const CARRY: i64 = 1 << 52;
export const NONE: i32 = -1;
/** Rows that are each taken through all fills at once. */
export const MOST_QUICK: i32 = 2;
export const LAST_TRADES: i32 = i32.MAX_VALUE - <i32>MOST;
