import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { databaseOf, type Database } from "../src/store/index.ts";
import { root } from "./files.ts";

/** An embedded database in memory. It begins as the build prepared it: a first start without that takes many seconds. */
export async function emptyDatabase(): Promise<Database> {
  const { preparedFolder } = (await import(pathToFileURL(join(root, "dist/src/store/prepared.js")).href)) as { preparedFolder: () => Blob | undefined };
  const loadDataDir = preparedFolder();
  return databaseOf(await PGlite.create(loadDataDir === undefined ? {} : { loadDataDir }));
}
