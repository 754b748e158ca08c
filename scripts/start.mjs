// `npm start`: makes the checkout ready, then runs `fillbook demo` with the same arguments. The command runs in this very
// process, so the terminal, signals and the exit status are its own.
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { command, setup } from "./setup.mjs";

setup();
if (!existsSync(command)) {
  process.stderr.write("start: the build has no src/cli/main.ts to run\n");
  process.exit(1);
}
process.argv = [process.execPath, command, "demo", ...process.argv.slice(2)];
await import(pathToFileURL(command).href);
