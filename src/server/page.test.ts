import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../test/files.ts";
import { headers as withHeaders } from "./headers.ts";
import { page } from "./page.ts";

const MOST_BYTES = 250_000;

let app: FastifyInstance;
beforeAll(async () => {
  app = fastify();
  await withHeaders(app, false);
  await page(app);
});
afterAll(() => app.close());

const get = (url: string) => app.inject({ url });
const document = readFileSync(join(root, "dist/web/index.html"), "utf8");
const assets = [...document.matchAll(/(?:src|href)="(\/web\/[^"]+)"/g)].map(([, url]) => url!);

test("the page loads from here alone, nobody else shows it, and nothing of it stands inside the document", async () => {
  const { statusCode, headers, body } = await get("/");
  expect(statusCode).toBe(200);
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(headers["content-security-policy"]).toContain("default-src 'self'");
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(headers["cache-control"]).toBe("no-cache");
  expect(body).toBe(document);
  expect(body).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|https?:/);
});

test("what is named by its content is asked for once", async () => {
  expect(assets.length).toBeGreaterThanOrEqual(2);
  for (const url of assets) {
    const { statusCode, headers } = await get(url);
    expect([url, statusCode]).toEqual([url, 200]);
    expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  }
});

test("the first load is under 250 kB, packed", () => {
  const bytes = [document, ...assets.map((url) => readFileSync(join(root, "dist", url)))].map((content) => gzipSync(content).length);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
});

test.each(["/web/../src/cli/main.js", "/web/%2e%2e/src/cli/main.js", "/web/..%2f..%2fpackage.json", "/src/core/wire/index.js", "/src/server/app.js", "/web/", "/web/assets/", "/web/assets/nothing.js"])("nothing else is given away: %s", async (url) => {
  expect((await get(url)).statusCode).toBeGreaterThanOrEqual(400);
});
