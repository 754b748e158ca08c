import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres, type Postgres } from "../bench/postgres.ts";
import { migrate, openPostgres, type Database } from "../src/store/index.ts";
import { emptyDatabase } from "./empty-database.ts";
import { storeSuite } from "./store-suite.ts";

let embedded: Database;
let server: Database;
let postgres: Postgres;
let place: string;

beforeAll(async () => {
  embedded = await emptyDatabase();
  place = mkdtempSync(join(tmpdir(), "fillbook-postgres-"));
  chmodSync(place, 0o755);
  postgres = await startPostgres(place);
  server = await openPostgres(postgres.url);
});

afterAll(async () => {
  await embedded.close();
  await server.close();
  await postgres.stop();
  rmSync(place, { recursive: true, force: true });
});

test("a server's own time zone, style of dates and encoding change nothing, or are refused", async () => {
  const { url } = postgres;
  const client = new pg.Client(url);
  await client.connect();
  await client.query("CREATE DATABASE elsewhere");
  await client.query("ALTER DATABASE elsewhere SET timezone = 'Asia/Kolkata'");
  await client.query("ALTER DATABASE elsewhere SET datestyle = 'German'");
  await client.query("CREATE DATABASE western ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
  const of = (name: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  const [elsewhere, western] = [await openPostgres(of("elsewhere")), await openPostgres(of("western"))];
  for (const db of [embedded, elsewhere]) expect(await db.query("SELECT TIMESTAMPTZ '2024-02-03T04:05:06Z' AS at, DATE '2024-02-03' AS day"), db.name).toEqual([{ at: "2024-02-03 04:05:06+00", day: "2024-02-03" }]);
  await expect(migrate(western)).rejects.toThrow(/has the encoding LATIN1, .*: give it one made with ENCODING 'UTF8'/);
  for (const db of [elsewhere, western]) await db.close();
  for (const name of ["elsewhere", "western"]) await client.query(`DROP DATABASE ${name}`);
  await client.end();
});

storeSuite("the embedded database", () => embedded);
storeSuite("a PostgreSQL server", () => server);
