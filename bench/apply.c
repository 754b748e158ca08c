/* What `Book.apply` does, as C does it best: the same rows from the same fills, exactly, with 128-bit integers. The rows
 * that are about to be needed are prefetched. Input: the file that apply-vs-c.ts writes. Output: nanoseconds a fill, and
 * a checksum over all rows, which has to be that of the book. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef __int128 wide;

typedef struct { /* two cache lines */
  int64_t quantity, factor;
  wide cost, realized, fees, volume, peak;
  int64_t last, opened;
  uint32_t trades;
  uint8_t quantity_digits, price_digits, money_digits;
} __attribute__((aligned(128))) Row;

typedef struct {
  int64_t quantity, price, fee, time;
  int32_t route;
  uint8_t quantity_digits, price_digits, fee_digits, unused;
} Fill;

static int64_t power[19];

static wide magnitude(wide n) { return n < 0 ? -n : n; }

/* round_half_even(n / d), d > 0 */
static wide divide(wide n, int64_t d) {
  wide size = magnitude(n);
  wide quotient, rest;
  if (size >> 64) { quotient = size / d; rest = size - quotient * d; }
  else { quotient = (uint64_t)size / (uint64_t)d; rest = (uint64_t)size % (uint64_t)d; }
  wide twice = 2 * rest;
  if (twice > d || (twice == d && (quotient & 1))) quotient += 1;
  return n < 0 ? -quotient : quotient;
}

static inline void update(Row *row, const Fill *fill) {
  int64_t x = fill->quantity * power[row->quantity_digits - fill->quantity_digits];
  wide price = (wide)(fill->price * power[row->price_digits - fill->price_digits]) * row->factor;
  int64_t held = row->quantity, holds = held + x;
  if (held == 0 || (held > 0) == (x > 0)) {
    row->cost += x * price;
  } else if ((x < 0 ? -x : x) < (held < 0 ? -held : held)) {
    int64_t size = x < 0 ? -x : x, has = held < 0 ? -held : held;
    wide released = divide(row->cost * size, has);
    row->cost -= released;
    row->realized -= x * price + released;
  } else {
    row->realized += held * price - row->cost;
    row->cost = holds * price;
  }
  row->quantity = holds;
  row->trades += 1;
  row->volume += x < 0 ? -x : x;
  if (fill->fee) row->fees += (wide)fill->fee * power[row->money_digits - fill->fee_digits];
  if (magnitude(row->cost) > row->peak) row->peak = magnitude(row->cost);
  if (fill->time > row->last) row->last = fill->time;
  if (held == 0 || (holds != 0 && (held > 0) != (holds > 0))) row->opened = fill->time;
}

#define AHEAD 16

static void apply(Row *rows, const int32_t *of_route, const Fill *fills, int64_t from, int64_t to) {
  for (int64_t i = from; i < to; i++) {
    if (i + AHEAD < to) {
      const int32_t *next = of_route + 2 * fills[i + AHEAD].route;
      for (int side = 0; side < 2; side++) {
        __builtin_prefetch((char *)&rows[next[side]], 1);
        __builtin_prefetch((char *)&rows[next[side]] + 64, 1);
      }
    }
    const int32_t *own = of_route + 2 * fills[i].route;
    update(&rows[own[0]], &fills[i]);
    update(&rows[own[1]], &fills[i]);
  }
}

static uint64_t checksum(const Row *rows, int64_t count) {
  uint64_t sum = 0;
  for (int64_t i = 0; i < count; i++) {
    const Row *r = &rows[i];
    sum = sum * 31 + (uint64_t)r->quantity + 3 * (uint64_t)r->cost + 5 * (uint64_t)r->realized + 7 * (uint64_t)r->fees + 11 * (uint64_t)r->volume + 13 * (uint64_t)r->peak + 17 * (uint64_t)r->trades +
          19 * (uint64_t)r->last + 23 * (uint64_t)r->opened;
  }
  return sum;
}

static void *part(FILE *file, size_t size, int64_t count) {
  void *bytes = malloc(size * (size_t)count);
  if (!bytes || fread(bytes, size, (size_t)count, file) != (size_t)count) exit(1);
  return bytes;
}

int main(int argc, char **argv) {
  FILE *file = argc > 1 ? fopen(argv[1], "rb") : 0;
  if (!file) return 1;
  power[0] = 1;
  for (int i = 1; i < 19; i++) power[i] = power[i - 1] * 10;
  int64_t *head = part(file, 8, 4); /* rows, routes, opening fills, fills */
  int64_t *forms = part(file, 32, head[0]); /* quantity digits, price digits, money digits, factor */
  int32_t *of_route = part(file, 8, head[1]);
  Fill *opening = part(file, sizeof(Fill), head[2]);
  Fill *fills = part(file, sizeof(Fill), head[3]);
  Row *rows = aligned_alloc(128, sizeof(Row) * (size_t)head[0]);
  if (!rows) return 1;
  memset(rows, 0, sizeof(Row) * (size_t)head[0]);
  for (int64_t i = 0; i < head[0]; i++) {
    rows[i].quantity_digits = (uint8_t)forms[4 * i];
    rows[i].price_digits = (uint8_t)forms[4 * i + 1];
    rows[i].money_digits = (uint8_t)forms[4 * i + 2];
    rows[i].factor = forms[4 * i + 3];
    rows[i].last = rows[i].opened = INT64_MIN;
  }
  apply(rows, of_route, opening, 0, head[2]);
  struct timespec begun, ended;
  clock_gettime(CLOCK_MONOTONIC, &begun);
  apply(rows, of_route, fills, 0, head[3]);
  clock_gettime(CLOCK_MONOTONIC, &ended);
  double ns = (double)(ended.tv_sec - begun.tv_sec) * 1e9 + (double)(ended.tv_nsec - begun.tv_nsec);
  printf("%.3f %llu\n", ns / (double)head[3], (unsigned long long)checksum(rows, head[0]));
  return 0;
}
