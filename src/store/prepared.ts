import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Beside the compiled code, bundled or not: written by the build (`prepare.ts`), for one version of PGlite. */
export function preparedPath(): string {
  const manifest = fileURLToPath(new URL("../package.json", import.meta.resolve("@electric-sql/pglite")));
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  return fileURLToPath(new URL(`../store/prepared/pglite-${version}.tar.gz`, import.meta.url));
}

/** A database folder as it is after its first start, which takes seconds; undefined where none was prepared. */
export function preparedFolder(): Blob | undefined {
  const path = preparedPath();
  return existsSync(path) ? new Blob([readFileSync(path)], { type: "application/x-gzip" }) : undefined;
}
