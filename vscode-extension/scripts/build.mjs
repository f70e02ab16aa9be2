// Bundles the extension and the panel's script into `dist/`.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const common = { absWorkingDir: root, bundle: true, minify: true, legalComments: "none", logLevel: "warning" };

await build({
    ...common,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    platform: "node",
    format: "cjs",
    // The Node of the oldest VS Code that the extension runs in.
    target: "node20",
    external: ["vscode"],
});
await build({
    ...common,
    entryPoints: ["src/webview/panel.ts"],
    outfile: "dist/panel.js",
    platform: "browser",
    format: "iife",
    target: "chrome130",
});
