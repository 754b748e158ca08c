// `npm start`: makes the checkout ready, then runs `fillbook demo` with the same arguments. The command runs in this very
// process, so the terminal, signals and the exit status are its own. One signal has to be helped: npm hands SIGTERM to the shell
// between us, which dies of it and tells nobody. So a process that has lost its parent ends as if it had been told.
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { command, setup } from "./setup.mjs";

setup();
if (!existsSync(command)) {
  process.stderr.write("start: the build has no command to run\n");
  process.exit(1);
}
const parent = process.ppid;
const orphaned = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(orphaned);
  process.kill(process.pid, "SIGTERM");
}, 250).unref();

process.argv = [process.execPath, command, "demo", ...process.argv.slice(2)];
await import(pathToFileURL(command).href);
