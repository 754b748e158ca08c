#!/usr/bin/env node
import { run } from "./program.ts";

// A reader that goes away, as `| head` does, has seen what it wanted.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await run(process.argv);
