import { expect, test } from "vitest";
import { changeTokens } from "../../src/tokens/index.ts";
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
    await expect.poll(() => net.getAttribute("class"), { timeout: 20_000 }).toContain("stale"); // struck through, with its age
    await service.start();
    await service.post("fills", [{ ...FILLS[0], id: "4" }]);
    await isLive(page);
    await saysExactly(net, "40300");
    await expect.poll(() => page.locator("#notice").count()).toBe(0);
    await kit.close(page, STOPPED);
  });

  test("an answer that never comes is not waited for: after a break the figures above are those of the service", async () => {
    const service = await kit.service();
    await service.post("fills", FILLS);
    await service.post("marks", [{ symbol: "BTC/USD", price: "62000" }]);
    const page = await kit.open(service, "#/positions");
    const net = page.locator('[data-total="netExposure"] .figure');
    await saysExactly(net, "9300");
    let hangs = true;
    let hung = 0;
    await page.route("**/v1/overview", (route) => (hangs ? void (hung += 1) : route.continue()));
    await service.post("fills", [{ ...FILLS[0], id: "4" }]);
    await expect.poll(() => hung, { timeout: 20_000 }).toBeGreaterThan(0);
    hangs = false;
    await service.stop("SIGKILL");
    await page.locator("#notice").waitFor();
    await service.start();
    await service.post("marks", [{ symbol: "BTC/USD", price: "62000" }]);
    await isLive(page);
    await saysExactly(net, "40300");
    await service.stop();
    await kit.close(page, STOPPED);
  });

  test("ages and the clock are those of the service, whatever the clock of this machine says", async () => {
    await kit.full.post("marks", [{ symbol: "SOL/USD", price: "150" }]);
    const wrong = "const Real = Date; globalThis.Date = class extends Real { constructor(...given) { super(...(given.length > 0 ? given : [Real.now() + 186e5])); } static now() { return Real.now() + 186e5; } };";
    const page = await kit.open(kit.full, "#/positions?q=SOL", { before: wrong });
    await isLive(page);
    await expect.poll(() => page.locator(".line.net .column-age").first().innerText(), { timeout: 20_000 }).toMatch(/^\d+ (s|min)$/);
    expect(await page.locator(".clock").getAttribute("title")).toContain("the clock of this machine is 5 h ahead of it");
    const shown = (await page.locator(".clock time").innerText()).slice(0, 2);
    expect([new Date(), new Date(Date.now() - 60_000)].map((date) => date.toISOString().slice(11, 13))).toContain(shown);
    await kit.close(page);
  });

  test("a browser that keeps nothing for the page, or rubbish, shows it all the same", async () => {
    const rubbish = 'localStorage.setItem("fillbook-zone", "{}"); localStorage.setItem("fillbook-columns", "[1, \\"quantity\\", \\"quantity\\", null, \\"__proto__\\"]");';
    const forbidden = 'for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(globalThis, name, { get() { throw new DOMException("The document is sandboxed", "SecurityError"); } });';
    for (const before of [rubbish, forbidden]) {
      const page = await kit.open(kit.full, "#/positions", { before });
      await page.locator(".line.net").first().waitFor();
      expect(await page.locator(".head .column-quantity").count()).toBe(1);
      await page.locator(".clock").click();
      await expect.poll(() => page.locator(".clock .zone").innerText()).toBe("local");
      await kit.close(page);
    }
  });

  test("a dialog gives the keyboard back, Escape closes it whatever was typed, and the arrow leads from a search to what it found", async () => {
    const page = await kit.open(kit.full, "#/positions");
    await page.locator(".line.net").first().waitFor();
    const holder = () => page.evaluate<string>("document.activeElement.textContent.slice(0, 7) || document.activeElement.type || document.activeElement.id");
    const columns = page.getByRole("button", { name: "Columns" });
    for (const leave of [() => page.keyboard.press("Escape"), () => page.getByLabel("Close", { exact: true }).click()]) {
      await columns.focus();
      await page.keyboard.press("Enter");
      await page.locator("dialog").waitFor();
      await leave();
      await expect.poll(() => page.locator("dialog").count()).toBe(0);
      await expect.poll(holder).toBe("Columns");
    }
    await page.keyboard.press("/");
    await page.keyboard.type("BTC");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => page.evaluate("document.activeElement.className")).toBe("blotter");
    await page.goto(`${kit.full.url}/#/overview`);
    await page.locator(".tiles").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("nothing");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("dialog").count()).toBe(0);
    await kit.close(page);
  });

  test("what is no token is told so, after a reload as well; and when a token is revoked its figures are gone", async () => {
    const service = await kit.service();
    await service.stop();
    const [writer, mine] = [makeToken(service.dataDir, { name: "writer", scopes: ["read", "write"] }), makeToken(service.dataDir, { name: "mine", scopes: ["read"], accounts: ["mine"] })];
    await service.start();
    await service.post("fills", [{ ...FILLS[0], account: "mine" }, { ...FILLS[1], account: "theirs" }], writer);
    await service.post("marks", [{ symbol: "BTC/USD", price: "62000" }], writer);
    const page = await kit.open(service, "#/positions");
    const why = (text: string) => expect.poll(() => page.locator("#access .why").innerText(), { timeout: 20_000 }).toContain(text);
    await why("This service asks for a token.");
    await page.locator("#token").fill("two words");
    await page.keyboard.press("Enter");
    await why("This is no token");
    await page.reload();
    await why("This is no token");
    await page.locator("#token").fill(mine);
    await page.keyboard.press("Enter");
    await saysExactly(page.locator('[data-total="netExposure"] .figure'), "31000", 20_000);
    expect(await page.locator(".line").count()).toBe(1);
    changeTokens(service.dataDir, (tokens) => tokens.map((token) => (token.name === "mine" ? { ...token, revokedNs: 1n } : token)));
    await why("revoked");
    expect(await page.locator(".figure, .line, .top-bar .breaker").count()).toBe(0);
    expect(await page.locator(".worst").innerText()).toBe("");
    await isAccessible(page);
    await service.stop();
    await kit.close(page, /40[13]|HTTP Authentication failed|ERR_|WebSocket/);
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

  test("a page that stayed open over an upgrade says, where a view of it is gone, that it must be loaded again", async () => {
    const page = await kit.open(kit.full, "#/operations");
    await page.locator(".journal .facts").waitFor();
    await page.route("**/web/assets/**", (route) => route.fulfill({ status: 404, contentType: "application/json", body: "{}" }));
    await page.route((url) => url.pathname === "/", async (route) => route.fulfill({ contentType: "text/html", body: (await (await fetch(`${kit.full.url}/`)).text()).replace("/index-", "/index-new-") }));
    await page.goto(`${kit.full.url}/#/risk`);
    await page.getByRole("heading", { name: "Load the page again" }).waitFor();
    await isAccessible(page);
    await page.unrouteAll();
    await page.getByRole("button", { name: "Load it again" }).click();
    await page.locator(".standings").waitFor();
    expect(page.url()).toBe(`${kit.full.url}/#/risk`);
    await kit.close(page, /404|Unable to preload|^Outdated: /); // React tells of what was caught
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
