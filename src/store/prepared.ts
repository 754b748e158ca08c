import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Beside the compiled code: written by the build. */
const FOLDER = join(import.meta.dirname, "prepared");

function path(): string {
  const manifest = fileURLToPath(new URL("../package.json", import.meta.resolve("@electric-sql/pglite")));
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  return join(FOLDER, `pglite-${version}.tar.gz`);
}

/** A database folder as it is after its first start, which takes seconds; undefined where none was prepared. */
export function preparedFolder(): Blob | undefined {
  return existsSync(path()) ? new Blob([readFileSync(path())], { type: "application/x-gzip" }) : undefined;
}

/** Prepares it, where it is missing. Returns whether it was. */
export async function prepareFolder(): Promise<boolean> {
  if (existsSync(path())) return false;
  const { PGlite } = await import("@electric-sql/pglite");
  const pg = await PGlite.create();
  const blob = await pg.dumpDataDir("gzip");
  await pg.close();
  mkdirSync(FOLDER, { recursive: true });
  const beside = `${path()}.${process.pid}`;
  writeFileSync(beside, Buffer.from(await blob.arrayBuffer()));
  renameSync(beside, path());
  return true;
}
