#!/usr/bin/env node
// Runs the binary of this platform, which is in an optional package, with the same arguments, streams, signals and exit code.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");

const name = `@signoff-testing/${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "signoff.exe" : "signoff";
let binary;
try {
  binary = require.resolve(`${name}/${file}`);
} catch {
  console.error(`error: the package ${name} is not installed\nhelp: install without --omit=optional; if there is no such package, this platform is not supported`);
  process.exit(2);
}

const child = spawn(binary, process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => {
  console.error(`error: cannot start ${binary}: ${error.message}`);
  process.exit(2);
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    // A terminal sends these two to the binary too, which ends at once if it receives two.
    if (signal === "SIGTERM" || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // Signals that do not end this process.
  setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
});
