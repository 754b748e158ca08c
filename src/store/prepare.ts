// A program that the build runs: it keeps a database folder as it is after its first start, where there is none yet.
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { preparedPath } from "./prepared.ts";

const path = preparedPath();
if (!existsSync(path)) {
  const pg = await PGlite.create();
  const folder = await pg.dumpDataDir("gzip");
  await pg.close();
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, Buffer.from(await folder.arrayBuffer()));
  renameSync(beside, path);
}
