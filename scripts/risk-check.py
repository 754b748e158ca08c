#!/usr/bin/env python3
"""Value at risk of a made-up book, computed from the raw files alone: the independent computation beside `fillbook risk --json`.

    npm run build && python3 scripts/risk-check.py FOLDER

Writes fills, events, definitions, closes and marks of a book with an inverse contract, an option with a multiplier, shares that were split and a
name that was changed, on two venues and in two accounts, into FOLDER (which must be empty); imports them with the built command; computes
exposures, VaR, expected shortfall, marginal and component VaR by itself; and compares. It knows Python's standard library only. Ends with 1 on any difference.
"""
import json
import math
import random
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist

WITHIN = 1e-9  # of the figure, or of the gross exposure
WITHIN_SLOPE = 1e-6  # of figures that are compared with a difference quotient
SEED = 7
COMMAND = Path(__file__).resolve().parent.parent / "dist" / "src" / "bin" / "main.js"
NORMAL = NormalDist()
today = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
day = lambda back: today - timedelta(days=back)
stamp = lambda back, hour=12: (day(back) + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")

DEFINITIONS = """venue,symbol,kind,base,quote,settle,multiplier,inverse
,COIN,perpetual,ETH,USD,ETH,10,true
,CALL,option,AAPL,USD,USD,100,false
,AAPL,equity,AAPL,USD,USD,1,false
,OLD,equity,OLD,USD,USD,1,false
,NEW,equity,OLD,USD,USD,1,false
"""
# account, venue, symbol, quantity (bought > 0), price, days ago
FILLS = [
    ("a", "kraken", "BTC/USD", "2", "40000", 40), ("a", "okx", "BTC/USD", "-0.5", "41000", 39), ("b", "kraken", "BTC/USD", "-0.3", "42000", 38),
    ("a", "okx", "COIN", "300", "2000", 37), ("a", "okx", "COIN", "-450", "2100", 36), ("b", "okx", "COIN", "80", "2050", 36),
    ("a", "nyse", "AAPL", "100", "400", 35), ("b", "nyse", "AAPL", "10", "404", 35),
    ("a", "nyse", "OLD", "40", "50", 34), ("a", "nyse", "CALL", "-3", "5.25", 33),
]
LATER = [("a", "nyse", "AAPL", "-50", "101", 1), ("a", "nyse", "NEW", "-15", "55", 1)]
SPLIT_DAYS_AGO, RENAMED_DAYS_AGO = 5, 6
MARKS = {("kraken", "BTC/USD"): "45000.5", ("okx", "BTC/USD"): "45010.25", ("", "COIN"): "2222.5", ("", "ETH/USD"): "2222.75", ("", "AAPL"): "102.4", ("", "NEW"): "54.2", ("", "CALL"): "6.15"}


def weekend(at):
    return at.weekday() >= 5


def closes():
    """Closes by symbol and day, in the units of today and under the names of today; shares rest at weekends, and the last days of AAPL are marks alone."""
    chance = random.Random(SEED)
    made = {}
    for symbol, price, always in (("BTC/USD", 45000, True), ("COIN", 2200, True), ("AAPL", 100, False), ("NEW", 55, False), ("CALL", 6, False)):
        series = {}
        for back in range(420, 0, -1):
            price *= 1 + chance.gauss(0.0004, 0.02) + (chance.gauss(0, 0.06) if chance.random() < 0.03 else 0)
            if always or not weekend(day(back)):
                series[day(back)] = f"{price:.6f}"
        made[symbol] = series
    return made


def write(folder, history):
    (folder / "instruments.csv").write_text(DEFINITIONS)
    for name, fills, first in (("fills", FILLS, 1), ("later", LATER, 100)):
        rows = [f"{first + i},{venue},{symbol},{'sell' if quantity.startswith('-') else 'buy'},{quantity.lstrip('-')},{price},{stamp(back)},{account},0" for i, (account, venue, symbol, quantity, price, back) in enumerate(fills)]
        (folder / f"{name}.csv").write_text("id,venue,symbol,side,quantity,price,timestamp,account,fee\n" + "\n".join(rows) + "\n")
    (folder / "events.csv").write_text(f"type,timestamp,symbol,to,ratio\nrename,{stamp(RENAMED_DAYS_AGO)},OLD,NEW,\nsplit,{stamp(SPLIT_DAYS_AGO)},AAPL,,4\n")
    marked = [at for at in sorted(history["AAPL"]) if at >= day(12)]
    rows, old = [], []
    for symbol, series in history.items():
        rows += [f"{at:%Y-%m-%d},{symbol},{close}" for at, close in series.items() if symbol != "AAPL" or at not in marked]
    for at in marked:  # a mark of before the split is in the units of then
        before = at + timedelta(hours=20) < day(SPLIT_DAYS_AGO) + timedelta(hours=12)
        price = Fraction(history["AAPL"][at]) * (4 if before else 1)
        (old if before else rows_of_marks).append(f",AAPL,{decimal(price)},{at:%Y-%m-%d}T20:00:00Z")
    (folder / "prices.csv").write_text("date,symbol,close\n" + "\n".join(rows) + "\n")
    (folder / "old-marks.csv").write_text("venue,symbol,price,timestamp\n" + "\n".join(old) + "\n")
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    rows_of_marks.extend(f"{venue},{symbol},{price},{now}" for (venue, symbol), price in MARKS.items())
    (folder / "marks.csv").write_text("venue,symbol,price,timestamp\n" + "\n".join(rows_of_marks) + "\n")


rows_of_marks = []


def decimal(value):
    text = str(round(value * 10**12)).rjust(13, "0")
    return f"{text[:-12]}.{text[-12:]}".rstrip("0").rstrip(".")


def fillbook(folder, *words):
    done = subprocess.run(["node", str(COMMAND), *words, "--data", str(folder / "data"), "--database", "off"], capture_output=True, text=True, cwd=folder)
    if done.returncode != 0:
        raise SystemExit(f"fillbook {' '.join(words)} ended with {done.returncode}: {done.stderr or done.stdout}")
    return done.stdout


def exposures():
    """What each position gains when its price doubles, in dollars, exactly; and the gross exposure, which adds up each venue's part."""
    held = {}
    for account, venue, symbol, quantity, _, back in FILLS + LATER:
        units = Fraction(quantity) * (4 if symbol == "AAPL" and back > SPLIT_DAYS_AGO else 1)
        name = "NEW" if symbol == "OLD" else symbol
        held[account, venue, name] = held.get((account, venue, name), 0) + units
    worth, gross = {}, Fraction(0)
    for (account, venue, symbol), units in held.items():
        mark = Fraction(MARKS.get((venue, symbol)) or MARKS["", symbol])
        if symbol == "COIN":
            value = units * 10 / mark * Fraction(MARKS["", "ETH/USD"])  # so much ETH, at the price of ETH
        else:
            value = units * mark * (100 if symbol == "CALL" else 1)
        worth[account, symbol] = worth.get((account, symbol), 0) + value
        gross += abs(value)
    return worth, float(gross)


def joint_returns(history, symbols, lookback=252):
    """The last days on which all have a close on that exchange day and on the one before."""
    days = sorted(set().union(*(history[symbol] for symbol in symbols if not any(weekend(at) for at in history[symbol]))))
    rows = []
    for before, at in zip(days, days[1:]):
        if all(before in history[symbol] and at in history[symbol] for symbol in symbols):
            rows.append([float(history[symbol][at]) / float(history[symbol][before]) - 1 for symbol in symbols])
    return rows[-lookback:]


def moments(values):
    mean = math.fsum(values) / len(values)
    powers = [math.fsum((value - mean) ** k for value in values) / len(values) for k in (2, 3, 4)]
    return mean, math.sqrt(powers[0] * len(values) / (len(values) - 1)), powers[1] / powers[0] ** 1.5, powers[2] / powers[0] ** 2 - 3


def parametric(pnl, tail, days):
    mean, deviation, _, _ = moments(pnl)
    z = NORMAL.inv_cdf(tail)
    return -(days * mean + math.sqrt(days) * deviation * z), math.sqrt(days) * deviation * NORMAL.pdf(z) / tail - days * mean


def historical(pnl, tail, days):
    worst, mass = sorted(pnl), tail * len(pnl)
    whole = int(mass + 1e-12)
    shortfall = math.fsum(worst[:whole]) + (mass - whole) * worst[whole]
    return -worst[math.ceil(mass - 1e-9) - 1] * math.sqrt(days), -shortfall / mass * math.sqrt(days)


def cornish_fisher(pnl, tail, days):
    mean, deviation, skew, kurtosis = moments(pnl)
    skew, kurtosis = skew / math.sqrt(days), kurtosis / days
    g = lambda z: z + (z * z - 1) * skew / 6 + (z**3 - 3 * z) * kurtosis / 24 - (2 * z**3 - 5 * z) * skew**2 / 36
    z = NORMAL.inv_cdf(tail)
    steps, low = 20_000, z - 40  # the mean beyond the quantile, by Simpson's rule
    width = (z - low) / steps
    area = math.fsum((1 if i in (0, steps) else 4 if i % 2 else 2) * g(low + i * width) * NORMAL.pdf(low + i * width) for i in range(steps + 1)) * width / 3
    figure = lambda x: -(days * mean + math.sqrt(days) * deviation * x)
    return figure(g(z)), figure(area / tail)


METHODS = {"parametric": parametric, "historical_simulation": historical, "cornish_fisher": cornish_fisher}


def slopes(method, rows, weights, tail, days):
    """How VaR grows with each exposure: the day's returns for the historical one, else a difference quotient."""
    pnl = [math.fsum(weight * value for weight, value in zip(weights, row)) for row in rows]
    if method is historical:
        at = pnl.index(sorted(pnl)[math.ceil(tail * len(pnl) - 1e-9) - 1])
        return [-value * math.sqrt(days) for value in rows[at]]
    found = []
    for i in range(len(weights)):
        step = 1e-4 * sum(map(abs, weights))
        shifted = [method([value + sign * step * row[i] for value, row in zip(pnl, rows)], tail, days)[0] for sign in (1, -1)]
        found.append((shifted[0] - shifted[1]) / (2 * step))
    return found


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty")
    history = closes()
    write(folder, history)
    for words in (["instruments", "instruments.csv"], ["import", "fills.csv"], ["marks", "old-marks.csv"], ["events", "events.csv"], ["import", "later.csv"], ["prices", "prices.csv"], ["marks", "marks.csv"]):
        fillbook(folder, *words)
    worth, gross = exposures()
    symbols = sorted({symbol for _, symbol in worth})
    rows = joint_returns(history, symbols)
    weights = [float(sum(value for (_, name), value in worth.items() if name == symbol)) for symbol in symbols]
    pnl = [math.fsum(weight * value for weight, value in zip(weights, row)) for row in rows]
    compared, wrong = 0, 0

    def compare(what, found, right, within=WITHIN):
        nonlocal compared, wrong
        compared += 1
        if found is None or abs(float(found) - right) > within * max(abs(right), gross * 1e-3 if within == WITHIN_SLOPE else 1e-12):
            wrong += 1
            print(f"  DIFFERENT {what}: fillbook {found}, here {right}")

    for name, method in METHODS.items():
        for confidence, days in (("0.95", 1), ("0.99", 10)):
            tail = float(1 - Fraction(confidence))
            answer = json.loads(fillbook(folder, "risk", "--json", "--method", name, "--confidence", confidence, "--horizon", str(days)))
            what = f"{name} {confidence} {days} d"
            compare(f"{what}: observations", answer["observations"], len(rows))
            var, shortfall = method(pnl, tail, days)
            compare(f"{what}: portfolio VaR", answer["portfolio"]["var"], var)
            compare(f"{what}: portfolio shortfall", answer["portfolio"]["expectedShortfall"], shortfall, 1e-8)
            compare(f"{what}: gross exposure", answer["portfolio"]["grossExposure"], gross)
            of = slopes(method, rows, weights, tail, days)
            if len(answer["positions"]) != len(worth):
                raise SystemExit(f"{what}: {len(answer['positions'])} positions, here {len(worth)}")
            for position in answer["positions"]:
                value = worth[position["account"], position["symbol"]]
                at = symbols.index(position["symbol"])
                alone, beyond = method([float(value) * row[at] for row in rows], tail, days)
                where = f"{what}: {position['account']} {position['symbol']}"
                compare(f"{where} exposure", position["exposure"], float(value))
                compare(f"{where} VaR", position["var"], alone)
                compare(f"{where} shortfall", position["expectedShortfall"], beyond, 1e-8)
                compare(f"{where} marginal", position["marginalVar"] * gross, of[at] * gross, WITHIN if method is historical else WITHIN_SLOPE)
                compare(f"{where} component", position["componentVar"], of[at] * float(value), WITHIN if method is historical else WITHIN_SLOPE)
            compare(f"{what}: components add up", sum(position["componentVar"] for position in answer["positions"]), var)
            print(f"{what}: VaR {var:,.2f}, shortfall {shortfall:,.2f}, over {len(rows)} returns of {len(symbols)} symbols")
    print(f"{compared} figures compared, {wrong} different")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        raise SystemExit("usage: python3 scripts/risk-check.py FOLDER")
    sys.exit(main(Path(sys.argv[1])))
