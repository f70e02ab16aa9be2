// Runs probe.py in pyodide: node probe.mjs PACKAGE_FOLDER, the snippets on stdin, the answers on stdout.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
const python = await loadPyodide({ indexURL: folder, stdout: (text) => console.error(text) });
python.FS.writeFile("/home/pyodide/probe.py", readFileSync(join(dirname(fileURLToPath(import.meta.url)), "probe.py")));
python.runPython("import sys; sys.path.insert(0, '/home/pyodide'); import probe");
process.stdout.write(python.runPython("probe.answers")(readFileSync(0, "utf-8")));
