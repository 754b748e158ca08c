import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { Problem } from "./problem.ts";

/** Where the build puts the page; next to this file when it is built itself. */
const BUILT = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../../dist/web/" : "../../web/", import.meta.url));
/** These carry a hash of their content in their name. */
const NEVER_CHANGES = "public, max-age=31536000, immutable";

/** The page at `/`, as the build left it: its document is asked for again each time, the rest once. */
export async function page(app: FastifyInstance): Promise<void> {
  const isBuilt = existsSync(`${BUILT}index.html`);
  if (isBuilt) {
    await app.register(fastifyStatic, {
      prefix: "/web/", root: BUILT, cacheControl: false, index: false, dotfiles: "ignore", schemaHide: true,
      setHeaders: (reply, path) => void reply.header("cache-control", path.includes("assets") ? NEVER_CHANGES : "no-cache"),
    });
  }
  app.get("/", { schema: { hide: true } }, (_request, reply) => {
    if (!isBuilt) throw new Problem(404, "not_found", "the page is not built: run npm run build; /docs shows what else there is");
    return reply.sendFile("index.html");
  });
}
