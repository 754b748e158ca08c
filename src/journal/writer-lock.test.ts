import { spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import ts from "typescript";
import { afterAll, expect, test } from "vitest";
import { temporaryFolder } from "../../test/journal-kit.ts";
import { JournalLocked, WriterLock, type LockHolder } from "./index.ts";

const children = new Set<ChildProcess>();
afterAll(() => children.forEach((child) => child.kill("SIGKILL")));

/** The lock as plain JavaScript, for processes of their own. A child asks for the lock when told to, says what became of it, and ends when told to. */
function childScript(): string {
  const folder = temporaryFolder();
  for (const name of ["writer-lock", "process-identity", "errors"]) {
    const source = fs.readFileSync(new URL(`./${name}.ts`, import.meta.url), "utf8");
    const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, rewriteRelativeImportExtensions: true };
    fs.writeFileSync(join(folder, `${name}.js`), ts.transpileModule(source, { compilerOptions }).outputText);
  }
  fs.writeFileSync(join(folder, "package.json"), `{ "type": "module" }`);
  const script = `
    import { createInterface } from "node:readline";
    import { WriterLock } from "./writer-lock.js";
    let lock;
    createInterface({ input: process.stdin }).on("line", (line) => {
      const [word, dataDir] = line.split(" ");
      try {
        if (word === "acquire") lock = WriterLock.acquire(dataDir);
        if (word === "release") lock.release();
        if (word === "check") lock.check();
        console.log("done");
      } catch (error) {
        console.log(error.name);
      }
    });
    console.log("ready");`;
  fs.writeFileSync(join(folder, "child.js"), script);
  return join(folder, "child.js");
}

/** A process that answers each line with one line. */
class Child {
  readonly process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(script: string) {
    this.process = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
    children.add(this.process);
    this.#lines = createInterface({ input: this.process.stdout! })[Symbol.asyncIterator]();
  }
  static async start(script: string): Promise<Child> {
    const child = new Child(script);
    expect(await child.#line()).toBe("ready");
    return child;
  }
  async tell(line: string): Promise<string> {
    this.process.stdin!.write(`${line}\n`);
    return this.#line();
  }
  async kill(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGKILL");
    await ended;
    children.delete(this.process);
  }
  async #line(): Promise<string> {
    const next = await this.#lines.next();
    return next.done === true ? "ended" : next.value;
  }
}

const lockFile = (folder: string): string => join(folder, "lock");
const readLock = (folder: string): LockHolder => JSON.parse(fs.readFileSync(lockFile(folder), "utf8")) as LockHolder;

test("the lock names its holder, refuses a second, and is gone when released", () => {
  const folder = temporaryFolder();
  const lock = WriterLock.acquire(folder);
  expect(readLock(folder)).toEqual({ pid: process.pid, startTicks: expect.toSatisfy((n) => n === null || Number(n) > 0) as number, host: hostname(), nonce: lock.holder.nonce, address: null });
  expect(() => WriterLock.acquire(folder)).toThrow(`process ${process.pid} writes to this folder. Wait until it ends, or stop it: kill ${process.pid}. Reading needs no lock.`);
  lock.announce("http://127.0.0.1:7070");
  lock.check();
  expect(WriterLock.holder(folder)?.address).toBe("http://127.0.0.1:7070");
  expect(() => WriterLock.acquire(folder)).toThrow("and answers at http://127.0.0.1:7070");
  expect(fs.readdirSync(folder)).toEqual(["lock"]);
  lock.release();
  lock.release();
  expect(fs.readdirSync(folder)).toEqual([]);
  expect(() => lock.check()).toThrow(JournalLocked);
});

test("a lock file that was replaced by hand is noticed, and not removed on release", () => {
  const folder = temporaryFolder();
  const lock = WriterLock.acquire(folder);
  const text = fs.readFileSync(lockFile(folder));
  fs.rmSync(lockFile(folder));
  expect(() => lock.check()).toThrow("it was deleted");
  fs.writeFileSync(lockFile(folder), text); // the same words in another file
  expect(() => lock.check()).toThrow("is no longer ours");
  lock.release();
  expect(fs.existsSync(lockFile(folder))).toBe(true);
});

const strangers: [who: string, change: Partial<LockHolder>, outcome: "taken" | RegExp][] = [
  ["a process that does not exist", { pid: 2 ** 22 + 1 }, "taken"],
  ["an earlier process of the same number", { pid: process.pid, startTicks: 1 }, "taken"],
  ["a process of which only the number is known, and which runs", { pid: process.pid, startTicks: null }, /writes to this folder/],
  ["another machine", { pid: 2 ** 22 + 1, host: "elsewhere" }, /on the machine elsewhere .* delete/],
];

test.each(strangers)("a lock held by %s", (_who, change, outcome) => {
  const folder = temporaryFolder();
  const lock = WriterLock.acquire(folder);
  const holder = { ...lock.holder, nonce: "0b5f7a52-0000-4000-8000-000000000001", ...change };
  lock.release();
  fs.writeFileSync(lockFile(folder), JSON.stringify(holder));
  if (outcome === "taken") {
    const heir = WriterLock.acquire(folder);
    expect(readLock(folder).nonce).toBe(heir.holder.nonce);
    expect(fs.readdirSync(folder)).toEqual(["lock"]);
    heir.release();
  } else {
    expect(() => WriterLock.acquire(folder)).toThrow(outcome);
    expect(readLock(folder)).toEqual(holder);
    expect(fs.readdirSync(folder)).toEqual(["lock"]);
  }
});

test("an heir that died on the way, before or after it took the lock, is inherited from", () => {
  const dead = (n: number): LockHolder => ({ pid: 2 ** 22 + n, startTicks: 1, host: hostname(), nonce: `0b5f7a52-0000-4000-8000-00000000000${n}`, address: null });
  const folder = temporaryFolder();
  const put = (name: string, n: number): void => fs.writeFileSync(join(folder, name), JSON.stringify(dead(n)));
  put("lock", 1);
  put(`lock.${dead(1).nonce}.heir`, 2);
  put(`lock.${dead(2).nonce}.heir`, 3);
  put(`lock.${dead(3).nonce}`, 3);
  const before = WriterLock.acquire(folder);
  expect(fs.readdirSync(folder)).toEqual(["lock"]);
  before.release();

  put("lock", 2); // 2 had taken the lock from 1, and died before it cleaned up
  put(`lock.${dead(1).nonce}.heir`, 2);
  const after = WriterLock.acquire(folder);
  expect(fs.readdirSync(folder)).toEqual(["lock"]);
  after.release();
});

test("a process that is just writing its request is left alone", () => {
  const folder = temporaryFolder();
  const request = "lock.0b5f7a52-0000-4000-8000-000000000001";
  fs.writeFileSync(join(folder, request), "");
  const lock = WriterLock.acquire(folder);
  expect(fs.readdirSync(folder)).toEqual(["lock", request]);
  lock.release();
});

test("what is no lock file is left alone", () => {
  const folder = temporaryFolder();
  fs.writeFileSync(lockFile(folder), "mine");
  expect(() => WriterLock.acquire(folder)).toThrow("is no lock file of Fillbook");
  expect(fs.readdirSync(folder)).toEqual(["lock"]);
});

test("a killed holder's lock is taken over, a living one's is not", async () => {
  const folder = temporaryFolder();
  const child = await Child.start(childScript());
  expect(await child.tell(`acquire ${folder}`)).toBe("done");
  expect(readLock(folder).pid).toBe(child.process.pid);
  expect(() => WriterLock.acquire(folder)).toThrow(`kill ${child.process.pid}`);
  await child.kill();
  const lock = WriterLock.acquire(folder);
  expect(readLock(folder).pid).toBe(process.pid);
  lock.release();
});

test("of eight processes that race for a dead holder's lock exactly one wins, each time", async () => {
  const folder = temporaryFolder();
  const script = childScript();
  const racers = await Promise.all(Array.from({ length: 8 }, () => Child.start(script)));
  let rounds = 0;
  for (; rounds < 25; rounds += 1) {
    // Each round finds a lock of a process that is gone: first a made-up one, then that of the last winner, which was killed.
    if (rounds === 0) fs.writeFileSync(lockFile(folder), JSON.stringify({ pid: 2 ** 22 + 1, startTicks: 1, host: hostname(), nonce: "0b5f7a52-0000-4000-8000-000000000009", address: null }));
    const answers = await Promise.all(racers.map((racer) => racer.tell(`acquire ${folder}`)));
    expect([...answers].sort()).toEqual([...Array.from({ length: 7 }, () => "JournalLocked"), "done"]);
    const winner = answers.indexOf("done");
    expect(readLock(folder).pid).toBe(racers[winner]!.process.pid);
    expect(await racers[winner]!.tell("check")).toBe("done");
    expect(fs.readdirSync(folder)).toEqual(["lock"]);
    await racers[winner]!.kill();
    racers[winner] = await Child.start(script);
  }
  await Promise.all(racers.map((racer) => racer.kill()));
});
