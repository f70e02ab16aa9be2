// Runs oracle.py in pyodide: node pyodide.mjs PACKAGE_FOLDER, the oracle's lines on stdin and stdout.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
const python = await loadPyodide({ indexURL: folder, stdout: (text) => console.error(text), stderr: (text) => console.error(text) });
python.FS.writeFile("/home/pyodide/oracle.py", readFileSync(join(dirname(fileURLToPath(import.meta.url)), "oracle.py")));
python.runPython("import sys; sys.path.insert(0, '/home/pyodide'); import oracle; the_oracle = oracle.Oracle()");
const respond = python.runPython("the_oracle.respond");

process.stdout.write(JSON.stringify({ build: python.runPython("sys.version") }) + "\n");
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { path } = JSON.parse(line);
  // Node's files are not Python's here: the bytes go along.
  const answer = path === undefined ? respond(line) : respondWith(line, readFileSync(path));
  process.stdout.write(answer + "\n");
}

function respondWith(line, bytes) {
  const data = python.toPy(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  try {
    return respond(line, data);
  } finally {
    data.destroy();
  }
}
