import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { CommandFolder } from "./command-kit.ts";

const folder = new CommandFolder();
const HEADER = "id,venue,symbol,side,quantity,price,timestamp,fee";
/** A file's warnings and how many of its fills were booked. */
function imported(name: string, content: string, ...options: string[]): { readonly warnings: unknown; readonly accepted: unknown } {
  const { warnings, accepted } = folder.json("import", folder.write(name, content), ...options);
  return { warnings, accepted };
}
const fill = (id: number, symbol: string, fee: string, time = "2024-01-02T10:00:00Z") => `${id},x,${symbol},buy,1,10,${time},${fee}`;

describe("fees that are all below 0", () => {
  const COLUMNS = { id: "Trade", venue: "=ib", symbol: "Symbol", side: "sign", quantity: "Quantity", price: "Price", timestamp: "When", fee_currency: "=USD" };
  const map = (fee: string) => folder.write(`${fee}.yaml`, Object.entries({ ...COLUMNS, fee }).map(([column, from]) => `${column}: ${from}`).join("\n"));
  const table = (...fees: string[]) => `Trade,Symbol,Quantity,Price,When,Commission\n${fees.map((fee, k) => `${k},AAPL,${k % 2 === 0 ? 100 : -100},187.45,2024-02-0${k + 1}T10:30:00Z,${fee}`).join("\n")}\n`;
  const fees = (data = "data") => (folder.json("positions", "--data", data)["positions"] as readonly { readonly fees: string }[])[0]!.fees;

  test("in a mapped file are booked as rebates, and told", () => {
    expect(imported("ib.csv", table("-1", "-1.23"), "--map", map("Commission"))).toEqual({
      accepted: 2,
      warnings: ['ib.csv: every fee is below 0 and so a rebate. If the file writes what was paid with a minus, say so in the map ("fee: -its column") and import into a new folder: --data DIR'],
    });
    expect(fees()).toBe("-2.23");
  });
  test("are what was paid where the map says so", () => {
    expect(imported("ib.csv", table("-1", "-1.23"), "--map", map("-Commission"))).toEqual({ accepted: 2, warnings: [] });
    expect(fees()).toBe("2.23");
  });
  test("are not told where one was paid, where none stands, and where the columns are ours", () => {
    expect(imported("mixed.csv", table("-1", "0.5"), "--map", map("Commission"), "--data", "mixed").warnings).toEqual([]);
    expect(imported("none.csv", table("0", ""), "--map", map("Commission"), "--data", "none").warnings).toEqual([]);
    expect(imported("ours.csv", `${HEADER}\n${fill(1, "AAPL", "-1")}\n`, "--data", "ours").warnings).toEqual([]);
  });
});

test("a day number of a spreadsheet is booked as the epoch it says to be, and told with its line", () => {
  const read = imported("days.csv", `${HEADER}\n${fill(1, "ABC", "")}\n${fill(2, "ABC", "", "45321")}\n${fill(3, "ABC", "", "45322")}\n`);
  expect(read.accepted).toBe(3);
  expect(read.warnings).toContain("days.csv:3: 45321 was read as seconds since 1970. If it is the day number of a spreadsheet, write dates like 2024-01-31 and import into a new folder: --data DIR");
  expect(imported("epochs.csv", `${HEADER}\n${fill(1, "ABC", "", "1704450000")}\n${fill(2, "ABC", "", "1000")}\n${fill(3, "ABC", "", "90000")}\n`, "--data", "epochs").warnings).toEqual([]);
});

describe("a name that ends like a currency", () => {
  const rows = (...symbols: string[]) => `${HEADER}\n${symbols.map((symbol, k) => fill(k, symbol, "")).join("\n")}\n`;
  const told = "BTCUSDT, XETHZEUR count in USD, the base currency: a name without / or - tells no quote currency. If that is wrong (USDT, EUR?), define what is traded, now or later: fillbook instruments FILE";

  test("is told until it is defined, and counts in that currency then", () => {
    expect(imported("fills.csv", rows("BTCUSDT", "XETHZEUR", "XBTUSD", "BNBUSD", "BTC/USDT", "GOOGL", "NEUR")).warnings).toEqual([told]);
    folder.run("instruments", folder.write("defined.csv", "venue,symbol,kind,base,quote\n,BTCUSDT,spot,BTC,USDT\nx,XETHZEUR,spot,ETH,EUR\n"));
    expect(imported("fills.csv", rows("BTCUSDT", "XETHZEUR")).warnings).toEqual([]);
    const positions = folder.json("positions")["positions"] as readonly { readonly symbol: string; readonly currency: string }[];
    expect(positions.filter(({ symbol }) => symbol === "BTCUSDT" || symbol === "XETHZEUR").map(({ currency }) => currency).sort()).toEqual(["EUR", "USDT"]);
  });
  test("is counted beyond the first five", () => {
    const [warning] = imported("many.csv", rows(...Array.from({ length: 8 }, (_, k) => `COIN${k}EUR`))).warnings as string[];
    expect(warning).toMatch(/^COIN0EUR, COIN1EUR, COIN2EUR, COIN3EUR, COIN4EUR and 3 more count in USD/);
  });
});

test("a packed file that turns out damaged leaves neither fills nor a list of what was refused", () => {
  const packed = gzipSync(`${HEADER}\n${Array.from({ length: 5000 }, (_, k) => fill(k, k % 7 === 0 ? "" : "ABC", "")).join("\n")}\n`);
  packed[packed.length - 6]! ^= 0x55; // of the checksum at its end: every row was read by then
  writeFileSync(join(folder.path, "fills.csv.gz"), packed);
  const { status, stderr } = folder.run("import", "fills.csv.gz");
  expect([status, stderr]).toEqual([2, expect.stringContaining("is damaged")]);
  expect(existsSync(join(folder.path, "fills.csv.gz.refused.csv"))).toBe(false);
  expect(folder.json("positions")["positions"]).toEqual([]);
});
