import { expect, test } from "vitest";
import { CommandFolder } from "./command-kit.ts";

const folder = new CommandFolder();
const HEADER = "id,venue,symbol,side,quantity,price,timestamp,fee,fee_currency";
const shown = (): string[] => folder.run("positions", "--at", "2024-02-01").stdout.trimEnd().split("\n");

test("a book of millions in other currencies keeps to 80 columns", () => {
  folder.run("instruments", folder.write("contracts.csv", "venue,symbol,kind,base,quote,settle,multiplier\n,ESH4,future,ES,USD,USD,50\n,BTC-PERP,perpetual,BTC,USDT,USDT,1\n"));
  const rows = [["ESH4,buy,3562,4387.65", ","], ["ESH4,sell,1024,4214.5", "3.5,"], ["BTC-PERP,sell,192.638,44547.21", "1.5,USDT"], ["BTC-PERP,buy,90.138,60547.21", "1.5,USDT"], ["DOGE/USDT,buy,2401.3125,0.1726301", ","]] as const;
  const fills = ["binance", "coinbase"].flatMap((venue) => rows.map(([trade, fee], k) => `${k},${venue},${trade},2024-01-0${k + 1},${fee}`));
  folder.run("import", folder.write("fills.csv", `${HEADER}\n${fills.join("\n")}\n`));
  folder.run("marks", folder.write("marks.csv", "venue,symbol,price,timestamp\n,ESH4,4805.25,2024-01-31\n,BTC-PERP,24805.25,2024-01-31\n,DOGE/USDT,0.1,2024-01-31\n"));
  const lines = shown();
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  const figures = (label: string) => lines.find((line) => line.startsWith(label))?.slice(label.length).trim().split(/\s+/);
  expect(figures("BTC-PERP in USDT")).toEqual(["-205", "44,547.21", "~9.13218M", "~-2.8844M", "~4.04710M", "~1.16269M"]);
  expect(figures("DOGE/USDT ")?.[0]).toBe("4,802.625"); // its name tells the currency
  expect(lines.join(" ")).toContain("– unknown: a mark is missing that turns USDT into USD. Which, tells: fillbook pnl"); // broken at 80 columns
});

test("sums that only a fee makes unknown say so", () => {
  folder.run("import", folder.write("fills.csv", `${HEADER}\n1,x,AAPL,buy,1,10,2024-01-01,0.1,BNB\n`));
  folder.run("marks", folder.write("marks.csv", "venue,symbol,price,timestamp\n,AAPL,11,2024-01-31\n"));
  expect(shown()).toContain("– unknown: a fee in another currency has no mark that values it");
  folder.run("marks", folder.write("more.csv", "venue,symbol,price,timestamp\n,BNB/USD,300,2024-01-01\n"));
  expect(shown().filter((line) => line.includes("unknown"))).toEqual([]);
});
