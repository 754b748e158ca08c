import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll } from "vitest";
import { startPostgres } from "../bench/postgres.ts";
import { databaseOf, openPostgres, type Database } from "../src/store/index.ts";
import { storeSuite } from "./store-suite.ts";

let embedded: Database;
let server: Database;
let stopServer: () => Promise<void>;
let place: string;

beforeAll(async () => {
  embedded = databaseOf(await PGlite.create());
  place = mkdtempSync(join(tmpdir(), "fillbook-postgres-"));
  chmodSync(place, 0o755);
  const postgres = await startPostgres(place);
  server = await openPostgres(postgres.url);
  stopServer = () => postgres.stop();
});

afterAll(async () => {
  await embedded.close();
  await server.close();
  await stopServer();
  rmSync(place, { recursive: true, force: true });
});

storeSuite("the embedded database", () => embedded);
storeSuite("a PostgreSQL server", () => server);
