import { expect, test } from "vitest";
import { makeToken } from "../service-kit.ts";
import { FILLS } from "./fills.ts";
import { fitsIn, isAccessible, isLive, saysExactly, STOPPED, type PageKit } from "./kit.ts";

/** The frame around every view: token, keys, search, connection. */
export function shellTests(kit: PageKit): void {
  test("moves by keys and search, and every place has an address that leads back", async () => {
    const page = await kit.open(kit.full, "");
    await isLive(page);
    await page.keyboard.press("?");
    await expect.poll(() => page.locator("dialog").innerText()).toContain("From row to row");
    await isAccessible(page);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("dialog").count()).toBe(0);
    await page.keyboard.press("/");
    await page.locator(".palette input").waitFor();
    await page.keyboard.type("eth");
    await page.locator("[role=option]").first().waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toBe(`${kit.full.url}/#/symbol/ETH%2FUSD`);
    await page.keyboard.press("1");
    await expect.poll(() => page.url()).toBe(`${kit.full.url}/#/overview`);
    await page.goBack();
    await expect.poll(() => page.url()).toContain("#/symbol/ETH%2FUSD");
    await kit.close(page);
  });

  test("an address of nothing says so", async () => {
    const page = await kit.open(kit.full, "#/nowhere");
    await page.getByText("There is no such view").waitFor();
    await kit.close(page);
  });

  test("times are UTC, or local by choice, and the choice is kept", async () => {
    const page = await kit.open(kit.full, "");
    const zone = page.locator(".clock .zone");
    await expect.poll(() => zone.innerText()).toBe("UTC");
    await page.locator(".clock").click();
    await expect.poll(() => zone.innerText()).toBe("local");
    const shown = await page.locator(".clock time").innerText();
    const hours = await page.evaluate<number>("new Date().getHours()");
    expect([hours, (hours + 23) % 24]).toContain(Number(shown.slice(0, 2)));
    await page.reload();
    await expect.poll(() => zone.innerText()).toBe("local");
    await kit.close(page);
  });

  test("after the service was killed it says so, keeps its figures, and goes on where it was", async () => {
    const service = await kit.service();
    await service.post("fills", FILLS);
    const page = await kit.open(service, "#/overview");
    const net = page.locator('[data-total="netExposure"] .figure');
    await service.post("marks", [{ symbol: "BTC/USD", price: "62000" }]);
    await saysExactly(net, "9300");
    await service.stop("SIGKILL");
    await page.locator("#notice").waitFor();
    expect(await page.locator("#notice").textContent()).toMatch(/^Not connected since .*: figures are those of entry \d+\. Trying again\.$/);
    expect(await net.getAttribute("data-exact")).toBe("9300");
    await service.start();
    await service.post("fills", [{ ...FILLS[0], id: "4" }]);
    await isLive(page);
    await saysExactly(net, "40300");
    await expect.poll(() => page.locator("#notice").count()).toBe(0);
    await kit.close(page, STOPPED);
  });

  test("where tokens are made it asks for one, keeps it in its tab only, tells nobody, and forgets it", async () => {
    const service = await kit.service();
    await service.stop();
    const [reader, writer] = [["read"], ["write"]].map((scope) => makeToken(service.dataDir, { name: scope.join(), scopes: scope as ["read"] })) as [string, string];
    await service.start();
    await service.post("fills", FILLS, writer);
    const page = await kit.open(service, "");
    const asked: string[] = [];
    page.on("request", (request) => void asked.push(request.url()));
    page.on("websocket", (socket) => void asked.push(socket.url()));
    const give = async (text: string) => {
      await page.locator("#token").fill(text);
      await page.keyboard.press("Enter");
    };
    const why = (text: string) => expect.poll(() => page.locator("#access .why").innerText(), { timeout: 20_000 }).toBe(text);
    await why("This service asks for a token.");
    await isAccessible(page);
    await give("fillbook_wrong");
    await why("this is no token of this service");
    await give(writer);
    await why("This token may not read: take one with the scope read.");
    await give(reader);
    const held = page.locator("#connection .at");
    await expect.poll(() => held.getAttribute("data-seq"), { timeout: 20_000 }).toBe("4");
    expect(await page.locator("#access").count()).toBe(0);
    await page.reload();
    await expect.poll(() => held.getAttribute("data-seq"), { timeout: 20_000 }).toBe("4");
    expect(await page.evaluate("JSON.stringify([Object.keys(sessionStorage), Object.keys(localStorage), document.cookie])")).toBe('[["fillbook-token"],[],""]');
    expect(asked.filter((url) => [reader, writer].some((secret) => url.includes(secret)))).toEqual([]);
    await page.locator("#forget").click();
    await why("This service asks for a token.");
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
    await kit.close(page, /40[13]|HTTP Authentication failed/); // it was turned away, but by no policy
  });

  test("the documentation works under its policy", async () => {
    const page = await kit.open(kit.full, "docs");
    await page.getByText("/v1/positions/{symbol}").first().waitFor({ timeout: 20_000 });
    await kit.close(page);
  });

  test("on a phone the views stand below, and the figures above fit", async () => {
    const page = await kit.open(kit.full, "", { width: 390, height: 800 });
    await isLive(page);
    for (const width of [390, 320]) await fitsIn(page, width);
    const rail = await page.locator(".rail").boundingBox();
    expect(rail!.y).toBeGreaterThan(700);
    await kit.close(page);
  });
}
