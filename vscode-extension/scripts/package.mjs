// Packs the extension as a vsix: with a program inside for one platform, or without for all.
//
//     node scripts/package.mjs --out tasklens.vsix
//     node scripts/package.mjs --target linux-x64 --binary ../target/release/tasklens --out tasklens-linux-x64.vsix

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** The platforms that a vsix can be for, as VS Code names them, with the targets that their programs are compiled for. */
export const TARGETS = {
    "linux-x64": "x86_64-unknown-linux-musl",
    "linux-arm64": "aarch64-unknown-linux-musl",
    "alpine-x64": "x86_64-unknown-linux-musl",
    "alpine-arm64": "aarch64-unknown-linux-musl",
    "darwin-x64": "x86_64-apple-darwin",
    "darwin-arm64": "aarch64-apple-darwin",
    "win32-x64": "x86_64-pc-windows-msvc",
    "win32-arm64": "aarch64-pc-windows-msvc",
};

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
    options: { target: { type: "string" }, binary: { type: "string" }, out: { type: "string" } },
});
if ((values.target === undefined) !== (values.binary === undefined)) {
    fail("--target and --binary belong together: a program is for one platform");
}
if (values.target !== undefined && !(values.target in TARGETS)) {
    fail(`--target ${values.target}: it is one of ${Object.keys(TARGETS).join(", ")}`);
}

await import("./build.mjs");
const bin = join(root, "bin");
rmSync(bin, { recursive: true, force: true });
try {
    for (const file of ["LICENSE", "CHANGELOG.md"]) copyFileSync(join(root, "..", file), join(root, file));
    if (values.binary !== undefined) {
        mkdirSync(bin);
        const program = join(bin, values.target.startsWith("win32") ? "tasklens.exe" : "tasklens");
        copyFileSync(resolve(values.binary), program);
        // The package keeps it, and the editor that unpacks it too.
        chmodSync(program, 0o755);
    }
    const target = values.target === undefined ? [] : ["--target", values.target];
    const out = values.out === undefined ? [] : ["--out", resolve(values.out)];
    const vsce = join(root, "node_modules", "@vscode", "vsce", "vsce");
    const done = spawnSync(process.execPath, [vsce, "package", "--no-dependencies", ...target, ...out], {
        cwd: root,
        stdio: "inherit",
    });
    if (done.status !== 0) fail("vsce does not pack it");
} finally {
    // In a folder of the sources they would be found by the extension under development, or go stale.
    rmSync(bin, { recursive: true, force: true });
    for (const file of ["LICENSE", "CHANGELOG.md"]) rmSync(join(root, file), { force: true });
}

function fail(message) {
    console.error(`package: ${message}`);
    process.exit(1);
}
