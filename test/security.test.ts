import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { COMMAND, runCommand } from "./command-kit.ts";
import { fillJson, StreamClient, until } from "./service-kit.ts";

let folder: string;
let dataDir: string;
let running: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fillbook-security-"));
  dataDir = join(folder, "data");
});
afterEach(async () => {
  if (running?.exitCode === null) {
    running.kill("SIGKILL");
    await once(running, "exit");
  }
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function fillbook(args: readonly string[], env: Readonly<Record<string, string>> = {}): Ended {
  const { status, stdout, stderr } = runCommand([...args, "--data", dataDir], folder, { ...process.env, ...env });
  return { status, out: stdout, err: stderr };
}

function token(name: string, ...more: string[]): string {
  const { status, out, err } = fillbook(["token", "create", "--name", name, ...more]);
  expect([status, err]).toEqual([0, expect.stringContaining("shown once")]);
  return out.trim();
}

interface Running {
  readonly url: string;
  readonly port: string;
  readonly logged: () => string;
  readonly printed: string;
}

async function serve(...more: string[]): Promise<Running> {
  const child = spawn(process.execPath, [COMMAND, "serve", "--data", dataDir, "--port", "0", "--database", "off", ...more], { stdio: ["ignore", "pipe", "pipe"] });
  running = child;
  let logged = "";
  child.stderr.on("data", (data: Buffer) => (logged += data.toString()));
  const [line] = (await Promise.race([once(child.stdout, "data"), once(child, "exit").then(() => [logged])])) as [Buffer | string];
  const url = /https?:\/\/[\d.:[\]]+:\d+/.exec(line.toString())?.[0];
  if (url === undefined) throw new Error(`the service did not start: ${line.toString()}`);
  return { url, port: new URL(url).port, logged: () => logged, printed: line.toString() };
}

/** A certificate of its own, for this machine's names. */
function certificate(name: string): string[] {
  const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", `/CN=${name}`, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], { stdio: "ignore" });
  return ["--tls-cert", cert, "--tls-key", key];
}
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

const elsewhere = Object.values(networkInterfaces()).flat().find((one) => one?.family === "IPv4" && !one.internal)?.address;

test("beyond this machine it listens with a token only, and says what goes over the network unencrypted", async () => {
  const refused = fillbook(["serve", "--host", "0.0.0.0", "--port", "0"]);
  expect(refused).toMatchObject({ status: 2, out: "" });
  expect(refused.err.trim().split("\n").filter((line) => line.startsWith("fillbook: "))).toEqual([expect.stringMatching(/^fillbook: --host 0\.0\.0\.0: no token is configured.*fillbook token create/)]);
  const secret = token("reader", "--scope", "read", "write");
  expect(fillbook(["token", "revoke", "reader"]).status).toBe(0);
  expect(fillbook(["serve", "--host", "0.0.0.0", "--port", "0"]).status).toBe(2); // a revoked one lets nobody in
  const valid = token("reader", "--scope", "read", "write");
  const { port, logged, printed } = await serve("--host", "0.0.0.0");
  expect(printed).toMatch(/for whoever reaches this address, with a token/);
  await until("it warns", () => /"level":40.*without TLS/.test(logged()));
  const url = `http://${elsewhere ?? "127.0.0.1"}:${port}`;
  const status = async (headers: Record<string, string>) => (await fetch(`${url}/v1/positions`, { headers })).status;
  expect([await status({}), await status({ authorization: `Bearer ${secret}` }), await status({ authorization: `Bearer ${valid}` })]).toEqual([401, 401, 200]);
});

test("a name that may be anybody's is turned away where the service is public; its address, and a proxy's name that it was told, are not", async () => {
  const valid = token("reader", "--scope", "read", "write");
  const { port } = await serve("--host", "0.0.0.0", "--allow-origin", "https://book.example");
  const ask = async (headers: Record<string, string>, method = "GET") => {
    const { request } = await import("node:http");
    return new Promise<number | undefined>((done) => {
      const sent = request({ host: "127.0.0.1", port, path: method === "GET" ? "/v1/positions" : "/v1/fills", method, headers: { authorization: `Bearer ${valid}`, "content-type": "application/json", ...headers } }, (answer) => {
        answer.resume();
        done(answer.statusCode);
      });
      sent.end(method === "GET" ? undefined : "[]");
    });
  };
  expect(await ask({ host: "evil.example" })).toBe(403);
  expect(await ask({ host: `192.0.2.7:${port}` })).toBe(200);
  expect(await ask({ host: "book.example" })).toBe(200);
  expect(await ask({ host: "book.example", origin: "https://evil.example" }, "POST")).toBe(403);
  expect(await ask({ host: "book.example", origin: "https://book.example" }, "POST")).toBe(200);
  expect(await ask({ host: "book.example", origin: "http://book.example.evil.example" }, "POST")).toBe(403);
  const stream = (origin: string) => new Promise((done) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/stream`, ["fillbook", `bearer.${valid}`], { origin });
    socket.on("open", () => (socket.terminate(), done("open"))).on("error", ({ message }) => done(message));
  });
  expect(await stream("https://evil.example")).toMatch("403");
  expect(await stream("https://book.example")).toBe("open");
});

test("fillbook token: made once, listed without its secret, revoked by name or id", () => {
  expect(fillbook(["token", "list"]).out).toMatch(/^There is no token/);
  const secret = token("bot", "--scope", "write", "--account", "main", "--expires", "30d", "--rate-limit", "600");
  expect(secret).toMatch(/^fillbook_[0-9a-f]{12}_[\w-]{43}$/);
  const listed = fillbook(["token", "list", "--json"]);
  expect(JSON.parse(listed.out)).toMatchObject({ tokens: [{ name: "bot", scopes: ["write"], accounts: ["main"], ratePerMinute: 600, standing: "valid" }] });
  expect(listed.out + fillbook(["token", "list"]).out).not.toContain(secret.slice("fillbook_".length + 13));
  for (const wrong of [["--scope", "root"], [], ["--scope", "read", "--expires", "yesterday"], ["--scope", "read", "--expires", "2001-01-01"], ["--scope", "read", "--expires", "999999d"], ["--scope", "read", "--account", ""], ["--scope", "read", "--rate-limit", "-1"]]) {
    const { status, out, err } = fillbook(["token", "create", "--name", "other", ...wrong]);
    expect([status, out, err.trim().split("\n").length], wrong.join(" ")).toEqual([2, "", 1]);
  }
  expect(fillbook(["token", "create", "--name", "bot", "--scope", "read"])).toMatchObject({ status: 2, err: expect.stringContaining("there is a token bot already") as string });
  expect(fillbook(["token", "revoke", "bot"])).toMatchObject({ status: 0, out: expect.stringContaining("is revoked") as string });
  expect(fillbook(["token", "revoke", "nobody"])).toMatchObject({ status: 2 });
  token("bot", "--scope", "read"); // its name is free again
  const [first] = (JSON.parse(fillbook(["token", "list", "--json"]).out) as { tokens: { id: string; standing: string }[] }).tokens;
  expect(first!.standing).toBe("revoked");
  expect(fillbook(["token", "revoke", first!.id]).status).toBe(0);
  expect(statSync(join(dataDir, "tokens.json")).mode & 0o777).toBe(0o600);
});

test("commands of the service's own user write through it, tokens or not; FILLBOOK_TOKEN counts before that", async () => {
  const writer = token("writer", "--scope", "write", "--account", "main");
  await serve("--log-level", "warn");
  const lock = join(dataDir, "lock");
  expect(statSync(lock).mode & 0o777).toBe(0o600);
  writeFileSync(join(folder, "fills.csv"), "id,venue,symbol,side,quantity,price,timestamp\n1,x,ABC,buy,1,100,2024-01-01\n");
  expect(fillbook(["import", "fills.csv"])).toMatchObject({ status: 0, out: expect.stringContaining("1 accepted") as string });
  expect(fillbook(["import", "fills.csv"], { FILLBOOK_TOKEN: writer })).toMatchObject({ status: 2, err: expect.stringContaining("bound to") as string });
  expect(fillbook(["import", "fills.csv", "--account", "main"], { FILLBOOK_TOKEN: writer })).toMatchObject({ status: 0, out: expect.stringContaining("1 accepted") as string });
  expect(fillbook(["import", "fills.csv"], { FILLBOOK_TOKEN: "fillbook_wrong" })).toMatchObject({ status: 2, err: expect.stringContaining("no token of this service") as string });
  const { key } = JSON.parse(readFileSync(lock, "utf8")) as { key: string };
  running!.kill("SIGTERM");
  await once(running!, "exit");
  expect(existsSync(lock)).toBe(false);
  const { url } = await serve("--log-level", "warn");
  expect((await fetch(`${url}/v1/positions`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(401); // of the run before
});

test("a token that is revoked closes its streams within a second or so", async () => {
  const secret = token("watcher", "--scope", "read");
  const { url } = await serve("--log-level", "warn");
  const client = new StreamClient({ url }, { token: secret });
  await until("it follows", () => client.replica.seq !== undefined);
  const begun = performance.now();
  fillbook(["token", "revoke", "watcher"]);
  await until("it is closed", () => client.closed !== undefined);
  expect(client.closed).toBe(1008);
  expect(performance.now() - begun).toBeLessThan(20_000); // with the time that the command takes on a busy machine
  expect((await fetch(`${url}/v1/positions`, { headers: { authorization: `Bearer ${secret}` } })).status).toBe(401);
});

test("no secret is in a log, in an answer or on disk, whatever is asked", async () => {
  const secrets = [token("all", "--scope", "read", "write", "admin"), token("old", "--scope", "read")];
  fillbook(["token", "revoke", "old"]);
  const { url, logged } = await serve("--log-level", "trace");
  const { key } = JSON.parse(readFileSync(join(dataDir, "lock"), "utf8")) as { key: string };
  let answers = "";
  for (const secret of [...secrets, key, "fillbook_000000000000_guessguessguessguessguessguessguessguess123"]) {
    const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
    for (const path of ["/v1/positions", "/v1/nope", "/readyz", "/metrics", `/v1/positions?token=${secret}`, `/v1/history?cursor=${secret}`, `/${secret}`]) {
      const answer = await fetch(url + path, { headers });
      answers += JSON.stringify([...answer.headers]) + (path.includes(secret) ? "" : await answer.text());
    }
    for (const body of ["[", JSON.stringify(fillJson("1")), JSON.stringify({ id: 1 })]) answers += await (await fetch(`${url}/v1/fills`, { method: "POST", headers, body })).text();
    const client = new StreamClient({ url }, { token: secret });
    await until("it is in or out", () => client.refused !== undefined || client.replica.seq !== undefined);
    answers += client.frames.join();
    client.leave();
  }
  running!.kill("SIGTERM");
  await once(running!, "exit");
  expect(logged()).toMatch(/turned away/);
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile()).map((file) => readFileSync(join(file.parentPath, file.name), "latin1")).join("\n");
  for (const secret of [...secrets.map((one) => one.slice("fillbook_".length + 13)), key, "guessguess"]) {
    expect(logged().split("\n").filter((line) => line.includes(secret))).toEqual([]);
    expect(answers.includes(secret)).toBe(false);
    expect(files.includes(secret)).toBe(false);
  }
});

test.skipIf(!hasOpenssl)("with a certificate it answers over TLS alone; commands know it by its certificate, and another one is taken up while it runs", async () => {
  const secret = token("all", "--scope", "read", "write");
  const [certOption, certFile, keyOption, keyFile] = certificate("one") as [string, string, string, string];
  expect(fillbook(["serve", "--port", "0", certOption, certFile])).toMatchObject({ status: 2, err: expect.stringMatching(/^fillbook: http.tls: takes cert_file and key_file together/) as string });
  const [, , , otherKey] = certificate("two") as [string, string, string, string];
  const mixed = fillbook(["serve", "--port", "0", certOption, certFile, keyOption, otherKey]);
  expect([mixed.status, mixed.err.split("\n").filter((line) => line.startsWith("fillbook: ")).length]).toEqual([2, 1]);
  const { url, port, logged } = await serve("--host", "0.0.0.0", certOption, certFile, keyOption, keyFile);
  expect(url).toMatch(/^https:/);
  expect(logged()).not.toContain("without TLS");
  const answer = await new Promise<{ status: number | undefined; hsts: unknown }>((done, failed) => {
    get(`https://localhost:${port}/v1/positions`, { ca: readFileSync(certFile), headers: { authorization: `Bearer ${secret}` } }, (got) => {
      got.resume();
      done({ status: got.statusCode, hsts: got.headers["strict-transport-security"] });
    }).on("error", failed);
  });
  expect(answer).toEqual({ status: 200, hsts: expect.stringMatching(/^max-age=\d+$/) as string });
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  const shown = () => new Promise<string>((done, failed) => {
    const socket: TLSSocket = connect({ host: "127.0.0.1", port: Number(port), rejectUnauthorized: false }, () => {
      done(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    }).on("error", failed);
  });
  const oldest = new Promise((done) => connect({ host: "127.0.0.1", port: Number(port), rejectUnauthorized: false, maxVersion: "TLSv1.1", minVersion: "TLSv1" }, () => done("taken")).on("error", () => done("refused")));
  expect([await shown(), await oldest]).toEqual(["one", "refused"]);
  writeFileSync(join(folder, "fills.csv"), "id,venue,symbol,side,quantity,price,timestamp\n1,x,ABC,buy,1,100,2024-01-01\n");
  expect(fillbook(["import", "fills.csv"])).toMatchObject({ status: 0, out: expect.stringContaining("1 accepted") as string });
  renameSync(join(folder, "two.key"), keyFile);
  renameSync(join(folder, "two.crt"), certFile);
  await until("the other certificate is shown", async () => (await shown()) === "two");
  await until("the lock file names it", () => fillbook(["import", "fills.csv"]).status === 0, 5);
  writeFileSync(certFile, "nonsense");
  await until("it says that this is none", () => logged().includes("The certificate before stays"));
  expect(await shown()).toBe("two");
  const socket = new WebSocket(`wss://localhost:${port}/v1/stream`, ["fillbook", `bearer.${secret}`], { rejectUnauthorized: false });
  await once(socket, "open");
  socket.terminate();
});
