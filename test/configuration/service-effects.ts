import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "vitest";
import { fillJson } from "../service-kit.ts";
import { yamlOf, type Effect } from "./effect.ts";
import { ANY_PORT, type Serving } from "./place.ts";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Of a key whose effect is shown elsewhere: what `fillbook config` says of it. */
const shown = (key: string, value: string, wrong: string): Effect => ({ key, value, wrong, isSeen: (at) => {
  const setting = (at.json(["config"])["settings"] as { key: string; value: string; from: string }[]).find((one) => one.key === key);
  expect(setting).toMatchObject({ value, from: "file" });
} });
const bufferedFill = async (service: Serving) => expect((await service.send("/v1/fills", fillJson("1"))).status).toBe(200);

/** The journal, the service, the tables, marks. */
export const serviceEffects = (): readonly Effect[] => [
  { key: "journal.acknowledge", value: "buffered", wrong: "soon", isSeen: async (at) => {
    at.write("fillbook.yaml", "journal: {acknowledge: buffered, flush_interval_ms: 60000}\n");
    await bufferedFill(await at.serve(...ANY_PORT));
    expect(at.journaled()).toBe(0); // answered, and not on disk yet
  } },
  { key: "journal.flush_interval_ms", value: "60000", wrong: "0", isSeen: async (at) => {
    at.write("fillbook.yaml", "journal: {acknowledge: buffered, flush_interval_ms: 60000}\n");
    const service = await at.serve(...ANY_PORT);
    await bufferedFill(service);
    await new Promise((done) => setTimeout(done, 400)); // four times the default
    expect(at.journaled()).toBe(0);
    await service.stop();
    expect(at.journaled()).toBe(1);
  } },
  { key: "journal.snapshot_entries", value: "1000", wrong: "10", isSeen: (at) => {
    at.run(["import", at.fills(2_000)]);
    expect(existsSync(join(at.folder, "data", "snapshots"))).toBe(true);
  } },
  { key: "http.host", value: "127.0.0.2", wrong: "a b", isSeen: async (at) => expect((await at.serve(...ANY_PORT)).url).toContain("127.0.0.2") },
  { key: "http.port", value: "0", wrong: "65536", isSeen: async (at) => {
    const port = await freePort();
    at.write("fillbook.yaml", yamlOf("http.port", `${port}`));
    expect((await at.serve()).url).toBe(`http://127.0.0.1:${port}`);
  } },
  { key: "http.log_level", value: "silent", wrong: "loud", isSeen: async (at) => {
    const service = await at.serve(...ANY_PORT);
    await service.stop();
    expect(service.log()).toBe("");
  } },
  shown("http.tls.cert_file", "cert.pem", '"\\0"'),
  shown("http.tls.key_file", "key.pem", '"\\0"'),
  { key: "http.rate_limit_per_minute", value: "2", wrong: "-1", isSeen: async (at) => {
    const service = await at.serve(...ANY_PORT);
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await fetch(`${service.url}/v1/positions`)).status);
    expect(statuses).toEqual([200, 200, 429]);
  } },
  { key: "http.max_body_bytes", value: "2048", wrong: "10", isSeen: async (at) => {
    const service = await at.serve(...ANY_PORT);
    expect((await service.send("/v1/marks", [{ symbol: "A".repeat(3_000), price: "1" }])).status).toBe(413);
    expect((await service.send("/v1/marks", [{ symbol: "ABC", price: "1" }])).status).toBe(200);
  } },
  { key: "http.allowed_origins", value: "https://desk.example", wrong: "desk", isSeen: async (at) => {
    const service = await at.serve(...ANY_PORT);
    const from = async (origin: string) => (await fetch(`${service.url}/v1/marks`, { method: "POST", body: "[]", headers: { "content-type": "application/json", origin } })).status;
    expect([await from("https://desk.example"), await from("https://other.example")]).toEqual([200, 403]);
  } },
  { key: "database.url", value: "off", wrong: "mysql://host/db", isSeen: (at) => expect(at.run(["sql", "SELECT 1"])).toMatchObject({ status: 2, stderr: expect.stringContaining("--database: is off") as string }) },
  { key: "marks.max_age", value: "5m", wrong: "5", isSeen: (at) => {
    at.run(["import", at.fills(1)]);
    at.run(["marks", at.write("marks.csv", ",symbol,price,timestamp\n".replace(",", "venue,") + ",ABC,12,2024-03-01\n")]);
    expect(at.positionOf()).toMatchObject({ markPrice: null });
  } },
];
