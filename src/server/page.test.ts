import fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { headers as withHeaders } from "./headers.ts";
import { page } from "./page.ts";

let app: FastifyInstance;
beforeAll(async () => {
  app = fastify();
  await withHeaders(app, false);
  await page(app);
});
afterAll(() => app.close());

const get = (url: string) => app.inject({ url });

test("the page loads from here alone, and nobody else shows it", async () => {
  const { statusCode, headers, body } = await get("/");
  expect(statusCode).toBe(200);
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(headers["content-security-policy"]).toContain("default-src 'self'");
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(body).toContain('src="/web/main.js"');
});

test("its scripts come, with what they share, and are asked for again only when they have changed", async () => {
  for (const url of ["/web/main.js", "/web/page.css", "/src/core/wire/index.js"]) {
    const { statusCode, headers } = await get(url);
    expect([url, statusCode]).toEqual([url, 200]);
    expect(headers["cache-control"]).toBe("no-cache");
    const again = await app.inject({ url, headers: { "if-none-match": headers.etag as string } });
    expect(again.statusCode).toBe(304);
  }
});

test.each(["/web/../src/cli/main.js", "/web/%2e%2e/src/cli/main.js", "/src/core/../cli/main.js", "/src/core/..%2f..%2f..%2fpackage.json", "/src/server/app.js", "/web/", "/src/core/"])("nothing else is given away: %s", async (url) => {
  expect((await get(url)).statusCode).toBeGreaterThanOrEqual(400);
});
