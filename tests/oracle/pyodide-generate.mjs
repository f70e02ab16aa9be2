// Runs generate.py in pyodide, for a Python of which there is no native one:
//     node pyodide-generate.mjs PACKAGE_FOLDER SITE_PACKAGES FOLDER FIRST COUNT
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [folder, sitePackages, out, first, count] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
const python = await loadPyodide({ indexURL: folder, stdout: (text) => console.error(text), stderr: (text) => console.error(text) });
mkdirSync(out, { recursive: true });
for (const [root, at] of [[sitePackages, "/site"], [out, "/out"]]) {
  python.FS.mkdir(at);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, at);
}
python.FS.writeFile("/home/pyodide/generate.py", readFileSync(join(dirname(fileURLToPath(import.meta.url)), "generate.py")));
python.runPython(`
import sys
sys.path[:0] = ["/home/pyodide", "/site"]
import generate
generate.main("/out", ${Number(first)}, ${Number(count)})
`);
