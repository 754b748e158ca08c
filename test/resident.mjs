// A process that runs one command line after the other, each in a folder and an environment of its own: to start a process
// is most of what a short command costs. It runs the built command itself; what stays loaded is what the command imports.
import { pathToFileURL } from "node:url";

const COMMAND = process.argv[2];
const write = { out: process.stdout.write, err: process.stderr.write };
let runs = 0;

process.on("disconnect", () => process.exit());
process.on("message", async ({ words, cwd, env }) => {
  const said = { out: [], err: [] };
  process.stdout.write = keep(said.out);
  process.stderr.write = keep(said.err);
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.execPath, COMMAND, ...words];
  process.exitCode = undefined;
  try {
    await import(`${pathToFileURL(COMMAND).href}?${(runs += 1)}`);
    await new Promise((done) => setImmediate(done));
  } catch (error) {
    process.exitCode = 1;
    said.err.push(Buffer.from(`${error instanceof Error ? error.stack : String(error)}\n`));
  }
  process.stdout.removeAllListeners("error"); // of this run
  process.stdout.write = write.out;
  process.stderr.write = write.err;
  process.send({ status: process.exitCode ?? 0, stdout: Buffer.concat(said.out).toString(), stderr: Buffer.concat(said.err).toString() });
  process.exitCode = undefined;
});

function keep(to) {
  return (chunk, encoding, done) => {
    to.push(typeof chunk === "string" ? Buffer.from(chunk, typeof encoding === "string" ? encoding : "utf8") : Buffer.from(chunk));
    const then = typeof encoding === "function" ? encoding : done;
    if (then !== undefined) process.nextTick(then);
    return true;
  };
}
