import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { Problem } from "./problem.ts";

/** Where the build puts the page and the part of the code that it shares; next to this file when it is built itself. */
const BUILT = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../../dist/" : "../../", import.meta.url));

/** The live page at `/`: its files as the build left them, asked for again each time and sent only when they have changed. */
export async function page(app: FastifyInstance): Promise<void> {
  const isBuilt = existsSync(`${BUILT}web/index.html`);
  if (isBuilt) {
    await serve(app, "/web/", `${BUILT}web/`, true);
    await serve(app, "/src/core/", `${BUILT}src/core/`, false);
  }
  app.get("/", { schema: { hide: true } }, (_request, reply) => {
    if (!isBuilt) throw new Problem(404, "not_found", "the page is not built: run npm run build; /docs shows what else there is");
    return reply.sendFile("index.html");
  });
}

async function serve(app: FastifyInstance, prefix: string, root: string, decorateReply: boolean): Promise<void> {
  await app.register(fastifyStatic, { prefix, root, decorateReply, cacheControl: false, index: false, setHeaders: (reply) => void reply.header("cache-control", "no-cache"), schemaHide: true });
}
