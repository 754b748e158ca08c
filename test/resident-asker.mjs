// The thread between a test, which waits without a turn of its own loop, and the process that runs its commands (resident.mjs).
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { workerData } from "node:worker_threads";

const { port, isAnswered, command } = workerData;
const answer = (message) => {
  port.postMessage(message);
  Atomics.store(isAnswered, 0, 1);
  Atomics.notify(isAnswered, 0);
};
// Machine code of the embedded database is made quickly instead of quick: it runs for moments.
const resident = fork(fileURLToPath(new URL("resident.mjs", import.meta.url)), [command], { execArgv: ["--liftoff-only"] });
resident.on("message", answer);
resident.on("error", (error) => answer({ failure: error.message }));
resident.on("exit", (code, signal) => answer({ failure: `ended with ${signal ?? code} in the middle of a command` }));
port.on("message", (line) => resident.send(line));
