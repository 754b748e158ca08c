import type { Socket } from "node:net";
import compress from "@fastify/compress";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import websocket from "@fastify/websocket";
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { jsonSchemaTransform, validatorCompiler } from "fastify-type-provider-zod";
import type { RouteContext } from "./context.ts";
import { takeBodies } from "./body.ts";
import { guard } from "./guard.ts";
import { page } from "./page.ts";
import { Problem, problemOf, sendProblem } from "./problem.ts";
import { routes } from "./routes/index.ts";

const SLOW_MS = 1_000;
const LONGEST_MESSAGE = 4_096;
const LONGEST_SYMBOL = 1_024;
const COMPRESSED_FROM = 2_048;
/** A connection that is open and asks nothing is let go. */
const KEEP_ALIVE_MS = 60_000;

/** The HTTP side of the service: routes, what guards them, and how errors are answered. */
export async function buildApp(context: RouteContext, logger: FastifyBaseLogger): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: LONGEST_SYMBOL },
    clientErrorHandler: answerNoRequest,
    frameworkErrors: (error, request, reply) => void sendProblem(reply, problemOf(error, request)),
  });
  app.setValidatorCompiler((route) => (route.httpPart === "body" ? (value: unknown) => ({ value }) : validatorCompiler(route as Parameters<typeof validatorCompiler>[0])));
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(async (error, request, reply) => {
    if (request.headers.upgrade !== undefined) reply.raw.once("finish", () => request.raw.socket.destroySoon()); // nobody else closes what asked to be a WebSocket
    await sendProblem(reply, problemOf(error, request));
  });
  takeBodies(app);
  app.addHook("onRequest", (request, _reply, done) => {
    guard(request.headers, request.headers.upgrade !== undefined || (request.method !== "GET" && request.method !== "HEAD"));
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "none";
    const ms = reply.elapsedTime;
    context.metrics.requests.inc({ route, method: request.method, status: `${reply.statusCode}` });
    context.metrics.requestSeconds.observe({ route }, ms / 1000);
    if (ms > SLOW_MS) request.log.info({ method: request.method, route, status: reply.statusCode, ms: Math.round(ms) }, "a slow request");
    done();
  });
  await app.register(swagger, {
    openapi: { openapi: "3.1.0", info: { title: "Fillbook", description: "The exact position book. Exact amounts are texts; what is not known is null.", version: "0.1.0" } },
    transform: jsonSchemaTransform,
  });
  await app.register(websocket, { options: { maxPayload: LONGEST_MESSAGE, perMessageDeflate: false } });
  await app.register(compress, { global: true, threshold: COMPRESSED_FROM, encodings: ["br", "gzip", "deflate"], globalDecompression: false, brotliOptions: { params: { 1: 4 } } });
  const known = new Map<string, string[]>();
  app.addHook("onRoute", ({ url, method }) => {
    known.set(url, [...(known.get(url) ?? []), ...[method].flat()]);
  });
  routes(app, context);
  await page(app);
  await app.register(swaggerUi, { routePrefix: "/docs" });
  app.get("/openapi.json", { schema: { hide: true } }, (_request, reply) => reply.type("application/json; charset=utf-8").send(JSON.stringify(app.swagger())));
  app.setNotFoundHandler((request) => {
    const path = request.url.split("?")[0]!;
    const allowed = [...known].filter(([url]) => matches(url, path)).flatMap(([, methods]) => methods);
    if (allowed.length > 0) throw new Problem(405, "method_not_allowed", `${path} takes ${[...new Set(allowed)].join(", ")}`, {}, { allow: [...new Set(allowed)].join(", ") });
    throw new Problem(404, "not_found", `there is no ${path.slice(0, 100)}: /docs shows what there is`);
  });
  return app;
}

function matches(route: string, path: string): boolean {
  return route.endsWith("/*") ? path.startsWith(route.slice(0, -1)) : route.includes(":") ? path.startsWith(route.slice(0, route.indexOf(":"))) : route === path;
}

/** Bytes that are no request: answered, and the connection is closed. */
function answerNoRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const problem = error.code === "HPE_HEADER_OVERFLOW" ? new Problem(431, "too_large", "the head of a request has at most 16 KB") : new Problem(400, "bad_request", "this is no HTTP request");
  const body = JSON.stringify(problem.document());
  socket.end(`HTTP/1.1 ${problem.status} ${problem.status === 431 ? "Request Header Fields Too Large" : "Bad Request"}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}
