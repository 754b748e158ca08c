#!/usr/bin/env python3
"""The opportunities in one day of one-minute bars, by fractions alone: the independent computation beside bench/venue-day.ts.

    node dist/bench/venue-day.js FOLDER --json | python3 scripts/venue-day.py FOLDER

Reads the bars itself, finds for every minute and every two instruments whether buying one and selling the other earns
something after both fees, and compares line by line with what it is given. Ends with 1 on any difference.
"""
import csv
import json
import sys
from fractions import Fraction
from itertools import permutations
from pathlib import Path

INSTRUMENTS = [
    ("binance:BTCBUSD", "spot", "lean_20221213_1m_binance_spot_btcbusd.csv"),
    ("bybit:BTCUSDT", "spot", "lean_20221213_1m_bybit_spot_btcusdt.csv"),
    ("bybit:BTCUSDT.P", "perpetual", "lean_20221213_1m_bybit_perp_btcusdt.csv"),
]
SCHEDULES = {
    "free": ("0", "0", "0"),
    "desk": ("0.0001", "0.0002", "0.00015"),
    "public": ("0.001", "0.001", "0.0006"),
}


def bars(path):
    with open(path, newline="") as file:
        return {int(row["ms_since_midnight"]): (Fraction(row["close"]), Fraction(row["volume"])) for row in csv.DictReader(file)}


def text(value):
    """A fraction whose denominator divides a power of ten, as the shortest decimal."""
    digits = 0
    while value.denominator != 1:
        value, digits = value * 10, digits + 1
        assert digits < 60, "no decimal"
    sign, units = ("-" if value < 0 else ""), str(abs(value.numerator)).rjust(digits + 1, "0")
    return sign + (units if digits == 0 else units[:-digits] + "." + units[-digits:])


def opportunities(days, rates):
    found = {}
    for (buy, buy_kind, _), (sell, sell_kind, _) in permutations(INSTRUMENTS, 2):
        kind = "cross" if buy_kind == sell_kind else "basis"
        for minute in days[buy].keys() & days[sell].keys():
            (ask, offered), (bid, wanted) = days[buy][minute], days[sell][minute]
            quantity = min(offered, wanted)
            gross = quantity * (bid - ask)
            fees = quantity * (ask * rates[buy] + bid * rates[sell])
            if quantity > 0 and gross > fees:
                found[(minute, kind, buy, sell)] = (quantity, gross, fees, gross - fees)
    return found


def lives(found, kind, minutes):
    """Runs of minutes that follow each other: one opportunity each."""
    place = {minute: i for i, minute in enumerate(minutes)}
    return sum(1 for (minute, of, buy, sell) in found if of == kind and (place[minute] == 0 or (minutes[place[minute] - 1], of, buy, sell) not in found))


def main():
    folder, given = Path(sys.argv[1]), {one["name"]: one for one in json.load(sys.stdin)}
    days = {name: bars(folder / file) for name, _, file in INSTRUMENTS}
    minutes = sorted(set().union(*days.values()))
    different = 0
    for name, schedule in SCHEDULES.items():
        rates = {of: Fraction(rate) for (of, _, _), rate in zip(INSTRUMENTS, schedule)}
        found = opportunities(days, rates)
        lines = sorted(" ".join([str(minute), kind, buy, sell, *map(text, amounts)]) for (minute, kind, buy, sell), amounts in found.items())
        more, less = set(given[name]["seen"]) - set(lines), set(lines) - set(given[name]["seen"])
        twice = len(given[name]["seen"]) - len(set(given[name]["seen"]))
        counts = {kind: {"minutes": sum(1 for key in found if key[1] == kind), "opportunities": lives(found, kind, minutes)} for kind in ("cross", "basis")}
        wrong = [kind for kind in counts if counts[kind] != given[name][kind]]
        print(f"{name}: {len(lines)} by fractions, {len(more)} too many, {len(less)} missing, {twice} twice; counts {'differ: ' + ', '.join(wrong) if wrong else 'agree'}: {json.dumps(counts)}")
        for line in sorted(more)[:3] + sorted(less)[:3]:
            print("  ", line)
        different += len(more) + len(less) + twice + len(wrong)
    sys.exit(1 if different else 0)


main()
