// Runs probe.py under a CPython that comes as WebAssembly: node probe.mjs <folder of the pyodide package>
// The aliases to ask about come as JSON on standard input, the answers go to standard output.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[2]);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: `${folder}/` });
python.FS.writeFile("/probe.py", readFileSync(new URL("probe.py", import.meta.url)));
python.globals.set("aliases", readFileSync(0, "utf8"));
process.stdout.write(
  python.runPython(`
import json, sys
sys.path.insert(0, "/")
import probe
probe.answers(json.loads(aliases))
`),
);
