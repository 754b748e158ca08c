import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { PositionView } from "../../src/core/book/index.ts";
import { addDecimals, decimalOf, formatDecimal } from "../../src/core/num/index.ts";
import { FILLS } from "./fills.ts";
import { copied, exactTexts, fitsIn, isAccessible, isLive, saysExactly, STOPPED, type PageKit, type PageService } from "./kit.ts";

const FIELDS = [["quantity", "quantity"], ["avgPrice", "avgPrice"], ["markPrice", "markPrice"], ["positionValue", "positionValue"], ["realizedPnl", "realizedPnl"], ["unrealizedPnl", "unrealizedPnl"], ["fees", "fees"], ["netTotalPnl", "netTotalPnl"]] as const;
const lines = (page: Page, kind = "net") => page.locator(`.line.${kind}`);
const figure = (page: Page, line: number, column: string) => lines(page).nth(line).locator(`.column-${column} .figure`);

/** The blotter. */
export function positionsTests(kit: PageKit): void {
  test("shows every figure as the service says it, to the last digit, and follows what is booked", async () => {
    const service = await kit.service();
    await service.post("fills", FILLS);
    const page = await kit.open(service, "#/positions");
    await saysExactly(figure(page, 0, "quantity"), "0.15");
    await service.post("marks", [{ symbol: "BTC/USD", price: "62000" }]);
    await saysExactly(figure(page, 0, "unrealizedPnl"), "280"); // 0.15 × 62000 − 9020
    await saysExactly(figure(page, 0, "netTotalPnl"), "767.32"); // 520 + 280 − 32.68
    await service.post("fills", [{ ...FILLS[0], id: "9", symbol: "ETH/USD", quantity: "1.600000123456789012", price: "3185.00000001", fee: "0" }]);
    await saysExactly(figure(page, 1, "quantity"), "1.600000123456789012");
    expect((await figure(page, 1, "quantity").innerText()).trim()).toBe("1.60000012");
    expect(await figure(page, 1, "quantity").getAttribute("title")).toBe("1.600000123456789012");
    expect(await copied(page, ".line[data-index='1'] .column-quantity .figure")).toBe("1.600000123456789012");
    const unknown = lines(page).nth(1).locator(".column-netTotalPnl .unknown");
    expect(await unknown.textContent()).toBe("\u2013");
    expect(await unknown.getAttribute("title")).toMatch(/^Unknown: no mark/);
    await service.post("events", [{ type: "bust", venue: "kraken", symbol: "ETH/USD", fill: "9" }]);
    await expect.poll(() => lines(page).count()).toBe(1);
    await service.stop();
    await kit.close(page, STOPPED);
  });

  test("a cell fades when its figure changes, not when it is first shown, and never where motion is reduced", async () => {
    const service = await kit.service();
    await service.post("fills", FILLS);
    for (const stillness of [false, true]) {
      const page = await kit.open(service, "#/positions", { stillness });
      await saysExactly(figure(page, 0, "quantity"), "0.15");
      const fading = () => page.evaluate<string[]>("document.getAnimations().filter((one) => one.effect?.target?.classList.contains('figure')).map((one) => one.effect.target.dataset.exact)");
      expect(await fading()).toEqual([]);
      const seen: string[] = [];
      const price = stillness ? "62002" : "62001";
      await service.post("marks", [{ symbol: "BTC/USD", price }]);
      for (let i = 0; i < 60 && seen.length === 0; i += 1) seen.push(...(await fading()));
      await saysExactly(figure(page, 0, "markPrice"), price);
      expect(seen.includes(price)).toBe(!stillness);
      expect(seen).not.toContain("0.15");
      await kit.close(page);
    }
    await service.stop();
  });

  test("is used with the keyboard, and opens into venues and lots", async () => {
    const page = await kit.open(kit.full, "#/positions");
    await lines(page).nth(3).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => lines(page, "venue").locator(".venue-name").allTextContents()).toEqual(["uniswap", "hyperliquid", "coinbase", "kraken"]);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => lines(page, "venue").count()).toBe(0);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight"); // BTC/USD of the account that keeps lots
    await expect.poll(() => exactTexts(lines(page, "lot").locator(".column-quantity .figure"))).toEqual(["-0.8", "-0.45"]);
    expect(await page.locator("[aria-selected=true]").getAttribute("aria-expanded")).toBe("true");
    await page.keyboard.press("s");
    await expect.poll(() => page.url()).toBe(`${kit.full.url}/#/symbol/BTC%2FUSD?account=hedge`);
    await kit.close(page);
  });

  test("filters, order and groups stand in the address, and heads of groups have the service's own sums", async () => {
    const page = await kit.open(kit.full, "#/positions?group=venue&account=default&q=BTC%2FUSD");
    await lines(page, "group").first().waitFor();
    expect(await page.getByLabel("Group").inputValue()).toBe("venue");
    const { groups } = await kit.full.get<{ groups: { key: string; realized: string }[] }>("pnl?by=venue");
    const kraken = lines(page, "group").filter({ hasText: "kraken" }).locator(".column-realizedPnl .figure");
    const { positions } = await kit.full.get<{ positions: PositionView[] }>("positions?account=default&symbol=BTC/USD");
    const parts = positions.flatMap(({ venues }) => venues.filter(({ venue }) => venue === "kraken").map(({ realizedPnl }) => decimalOf(realizedPnl)));
    await saysExactly(kraken, formatDecimal(parts.reduce(addDecimals))); // of what stands below it
    await page.goto(`${kit.full.url}/#/positions?group=venue&status=all`);
    await saysExactly(kraken, groups.find(({ key }) => key === "kraken")!.realized);
    await page.goto(`${kit.full.url}/#/positions?group=venue&account=default&sort=-netTotalPnl`);
    await page.getByLabel("Group").selectOption("");
    await expect.poll(() => page.url()).not.toContain("group");
    const nets = (await exactTexts(lines(page).locator(".column-netTotalPnl .figure"))).map(Number);
    expect(nets).toEqual(nets.toSorted((a, b) => b - a));
    await page.keyboard.press("/");
    await page.keyboard.type("sol");
    await expect.poll(() => lines(page).count()).toBe(1);
    expect(page.url()).toContain("q=sol");
    await page.getByRole("search").locator("input").fill("nothing at all");
    await page.getByText("Nothing fits these filters").waitFor();
    await page.getByText("Take the filters away").click();
    await expect.poll(() => lines(page).count()).toBe(6);
    await page.getByLabel("Group").selectOption("strategy");
    await expect.poll(() => lines(page, "group").allInnerTexts().then((all) => all.map((text) => text.trim().split(/\s/)[0]))).toEqual(expect.arrayContaining(["carry", "hedge", "momentum"]));
    await kit.close(page);
  });

  test("columns are chosen and kept, and what is shown goes into a file, exactly", async () => {
    const page = await kit.open(kit.full, "#/positions?account=default");
    await page.getByText("Columns").click();
    await page.getByLabel("Kind", { exact: true }).check();
    await page.getByLabel("Age", { exact: true }).uncheck();
    await page.keyboard.press("Escape");
    await page.reload();
    await expect.poll(() => page.locator(".head [role=columnheader]").allInnerTexts().then((all) => all.map((text) => text.trim()))).toEqual(expect.arrayContaining(["Kind"]));
    expect(await page.locator(".head .column-age").count()).toBe(0);
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByText("Export CSV").click()]);
    const [head, ...rows] = readFileSync(await file.path(), "utf8").trim().split("\n").map((line) => line.split(","));
    const { positions } = await kit.full.get<{ positions: PositionView[] }>("positions?account=default");
    for (const [column, field] of FIELDS) expect(rows.map((row) => row[head!.indexOf(column)])).toEqual(positions.map((one) => one[field] ?? ""));
    await kit.close(page);
  });

  test("one venue in groups of venues is one group, and a file of groups by strategy says in each row which strategy it stands under", async () => {
    const page = await kit.open(kit.full, "#/positions?group=venue&venue=kraken&status=all");
    await lines(page, "group").first().waitFor();
    expect(await lines(page, "group").locator(".name b").allInnerTexts()).toEqual(["kraken"]);
    await page.goto(`${kit.full.url}/#/positions?group=strategy&status=all&q=BTC`);
    await expect.poll(() => lines(page, "group").count()).toBeGreaterThan(1);
    const shown = await page.evaluate<string[]>("[...document.querySelectorAll('.line.group, .line.net')].sort((a, b) => a.dataset.index - b.dataset.index).map((one) => `${one.classList.contains('group') ? 'group ' : ''}${one.querySelector('b, a').textContent}`)");
    let group = "";
    const wanted = shown.flatMap((text) => (text.startsWith("group ") ? ((group = text.slice(6)), []) : [[group === "none" ? "" : group, text]]));
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByText("Export CSV").click()]);
    const [head, ...rows] = readFileSync(await file.path(), "utf8").trim().split("\n").map((line) => line.split(","));
    expect(head!.slice(0, 3)).toEqual(["strategy", "account", "symbol"]);
    expect(rows.map(([strategy, , symbol]) => [strategy, symbol])).toEqual(wanted);
    await kit.close(page);
  });

  test("rows are compact where somebody wants it, which is kept", async () => {
    const page = await kit.open(kit.full, "#/positions");
    const height = () => lines(page).first().boundingBox().then((box) => box?.height);
    await expect.poll(height).toBe(28);
    await page.getByText("Columns").click();
    await page.getByLabel("Compact rows").check();
    await page.keyboard.press("Escape");
    await expect.poll(height).toBe(24);
    await page.reload();
    await expect.poll(height).toBe(24);
    const [first, second] = await Promise.all([0, 1].map(async (at) => (await lines(page).nth(at).boundingBox())!.y));
    expect(second! - first!).toBe(24);
    await isAccessible(page);
    await kit.close(page);
  });

  test.each(["light", "dark"] as const)("is accessible, %s, and keeps symbol, quantity and P&L on a phone", async (scheme) => {
    const page = await kit.open(kit.full, "#/positions", { scheme });
    await lines(page).first().waitFor();
    await isAccessible(page);
    for (const width of [1280, 390]) await fitsIn(page, width);
    const shown = await page.locator(".head [role=columnheader]:visible").allInnerTexts();
    expect(shown.map((text) => text.replace("↑", "").trim())).toEqual(["Position", "Quantity", "Net P&L", "Currency"]);
    await isAccessible(page);
    await kit.close(page);
  });

  test("a long quantity shows its first digits, beside a short one with many decimals, on a phone as well", async () => {
    const service = await kit.service();
    await service.post("fills", [{ ...FILLS[0], symbol: "A/USD", quantity: "1234567" }, { ...FILLS[0], id: "b", symbol: "B/USD", quantity: "0.12345678" }]);
    const page = await kit.open(service, "#/positions?sort=symbol");
    await saysExactly(figure(page, 1, "quantity"), "0.12345678");
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      const [shown, cell] = await Promise.all([figure(page, 0, "quantity").boundingBox(), lines(page).first().locator(".column-quantity").boundingBox()]);
      expect([width, shown!.x >= cell!.x]).toEqual([width, true]); // nothing of it lies before its cell
    }
    await service.stop();
    await kit.close(page, STOPPED);
  });

  test("what is little does not read as 0, what is large stays apart, what is in coins has their digits, and what is copied is whole", async () => {
    const service = await kit.service();
    await service.post("instruments", [{ symbol: "XBTUSD", kind: "perpetual", base: "XBT", quote: "USD", settle: "XBT", inverse: true, priceIncrement: "0.5", quantityIncrement: "1" }]);
    const fill = (symbol: string, quantity: string, price: string) => ({ ...FILLS[0], id: symbol, symbol, quantity, price, fee: "0" });
    await service.post("fills", [fill("A/USD", "0.000000003", "0.0000000071"), fill("B/USD", "123456789012", "123456789012.12"), fill("XBTUSD", "12345", "63421.5")]);
    await service.post("marks", [{ symbol: "A/USD", price: "0.0000000091" }, { symbol: "B/USD", price: "123456789012.99" }, { symbol: "XBTUSD", price: "65000.5" }]);
    const page = await kit.open(service, "#/positions?sort=symbol");
    const { positions } = await service.get<{ positions: PositionView[] }>("positions");
    for (const [i, { unrealizedPnl }] of positions.entries()) await saysExactly(figure(page, i, "unrealizedPnl"), unrealizedPnl!);
    const said = async (line: number, column: string) => (await figure(page, line, column).innerText()).trim();
    expect(await Promise.all([said(0, "quantity"), said(0, "avgPrice"), said(0, "positionValue"), said(2, "unrealizedPnl")])).toEqual(["0.000000003", "0.0000000071", "0.000000000000000027", "+0.00472846"]);
    const boxes = await Promise.all((await lines(page).nth(1).locator(".figure").all()).map((one) => one.boundingBox()));
    for (const [i, box] of boxes.slice(1).entries()) expect(box!.x).toBeGreaterThan(boxes[i]!.x + boxes[i]!.width);
    const [, large] = positions;
    const cells = (await copied(page, ".line[data-index='1']")).split("\t").map((text) => text.trim());
    expect(cells.slice(0, 4)).toEqual(["B/USD", large!.quantity, large!.avgPrice, large!.markPrice]);
    expect((await copied(page, ".line[data-index='0']", ".line[data-index='2']")).split("\n").map((line) => line.split("\t")[1])).toEqual(["0.000000003", "123456789012", "12345"]);
    await service.stop();
    await kit.close(page, STOPPED);
  });

  test("killed and started again under load, the page ends with the service's figures, digit for digit", async () => {
    const service = await kit.service();
    const page = await kit.open(service, "#/positions?sort=symbol");
    const driving = drive(service);
    for (let i = 0; i < 3; i += 1) {
      await new Promise((done) => setTimeout(done, 400));
      await service.stop("SIGKILL");
      await service.start();
    }
    await driving.end();
    await isLive(page);
    const { positions, seq } = await service.get<{ positions: PositionView[]; seq: number }>("positions");
    expect(positions.length).toBeGreaterThan(3);
    await expect.poll(() => page.locator("#connection .at").getAttribute("data-seq"), { timeout: 20_000 }).toBe(`${seq}`);
    await expect.poll(() => lines(page).count()).toBe(positions.length);
    for (const [i, position] of positions.entries()) {
      for (const [column, field] of FIELDS) {
        const exact = position[field];
        if (exact !== null) await saysExactly(figure(page, i, column), exact);
        else expect(await lines(page).nth(i).locator(`.column-${column} .unknown`).count()).toBe(1);
      }
    }
    await service.stop();
    await kit.close(page, /ERR_|WebSocket|503|Unable to preload/);
  });
}

/** Posts fills and marks as fast as they are answered, over and over what a killed service did not answer. */
function drive(service: PageService): { end: () => Promise<void> } {
  const stop = new AbortController();
  const post = (path: string, rows: object) => fetch(`${service.url}/v1/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(rows) }).then(({ status }) => status === 200, () => false);
  const done = (async () => {
    for (let i = 0; !stop.signal.aborted; ) {
      const fills = Array.from({ length: 20 }, (_, k) => ({ id: `${i}-${k}`, venue: ["kraken", "coinbase"][k % 2], symbol: `S${k % 8}/USD`, side: (i + k) % 3 === 0 ? "sell" : "buy", quantity: `${1 + (k % 4) / 8}`, price: `${100 + ((i * 7 + k) % 50)}.25`, fee: "0.01", timestamp: "2026-01-05T10:00:00Z" }));
      const marks = [0, 1, 2, 3, 4, 5].map((k) => ({ symbol: `S${k}/USD`, price: `${100 + ((i + k) % 30)}.5` }));
      const [wereBooked] = await Promise.all([post("fills", fills), post("marks", marks)]);
      if (wereBooked) i += 1;
      else await new Promise((again) => setTimeout(again, 50));
    }
  })();
  return {
    end: async () => {
      stop.abort();
      await done;
    },
  };
}
