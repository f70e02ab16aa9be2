// Plays what users do in a real VS Code. The last line counts: `N passed, N failed`.
//
//     node e2e/run.mjs --home ../target/tasklens-tests --binary ../target/debug/tasklens [--which oldest] [--only PATTERN]
//
// With TASKLENS_SCREENSHOTS=FOLDER pictures are kept; where something fails, one of that as well.

import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { Editor, setUp } from "./editor.mjs";
import * as cache from "./scenarios/cache.mjs";
import * as life from "./scenarios/life.mjs";
import * as panel from "./scenarios/panel.mjs";
import * as speed from "./scenarios/speed.mjs";
import * as start from "./scenarios/start.mjs";
import * as trust from "./scenarios/trust.mjs";
import * as typing from "./scenarios/typing.mjs";
import * as view from "./scenarios/view.mjs";
import { ROOT, World } from "./world.mjs";

/** The largest that the extension may be without its program, in bytes. */
const LARGEST = 500_000;

const { values } = parseArgs({
    options: {
        home: { type: "string", default: join(ROOT, "target", "tasklens-tests") },
        binary: { type: "string", default: join(ROOT, "target", "debug", "tasklens") },
        which: { type: "string", default: "newest" },
        only: { type: "string", default: "" },
    },
});
const set = setUp(resolve(values.home), values.which);
if (set.missing) {
    console.log(`skipped: VS Code's sessions need ${set.missing}`);
    console.log("0 passed, 0 failed");
    process.exit(process.env.CI ? 1 : 0);
}

const only = new RegExp(values.only);
const packed = mkdtempSync(join(tmpdir(), "tasklens-vsix-"));
const counts = { passed: 0, failed: 0, skipped: 0 };

/** Plays one scenario; whatever it leaves is cleared away for the next. */
async function play(name, run, around, window) {
    if (!only.test(name)) return;
    const started = Date.now();
    let skipped;
    const report = (line) => console.log(`    ${line}`);
    try {
        await run({ ...around, report, skip: (reason) => { skipped = reason; } });
        counts[skipped ? "skipped" : "passed"] += 1;
        console.log(`${skipped ? `skip (${skipped})` : "ok"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    } catch (error) {
        counts.failed += 1;
        console.log(`FAILED ${name}: ${error.stack}`);
        console.log(`    messages: ${JSON.stringify(await window?.toasts().catch(() => []))}`);
        await window?.screenshot(`failed ${name}`);
        around.world?.reset();
        await window?.recover();
    }
}

/** Packs our extension and those that the tests need. */
function pack() {
    const node = (...args) => execFileSync(process.execPath, args, { cwd: join(ROOT, "vscode-extension"), stdio: "pipe" });
    const ours = join(packed, "tasklens-linux-x64.vsix");
    const bare = join(packed, "tasklens.vsix");
    // Debug information would make it ten times as large.
    const binary = join(packed, "tasklens");
    if (spawnSync("strip", ["-o", binary, resolve(values.binary)]).status !== 0) copyFileSync(resolve(values.binary), binary);
    node("scripts/package.mjs", "--out", bare);
    node("scripts/package.mjs", "--target", "linux-x64", "--binary", binary, "--out", ours);
    const vsce = join(ROOT, "vscode-extension", "node_modules", "@vscode", "vsce", "vsce");
    const folder = join(ROOT, "vscode-extension", "e2e", "extensions");
    const others = readdirSync(folder).map((name) => {
        const out = join(packed, `${name}.vsix`);
        execFileSync(process.execPath, [vsce, "package", "--skip-license", "--out", out], { cwd: join(folder, name), stdio: "pipe" });
        return out;
    });
    return { ours, bare, others };
}

/** The mode of a file in a vsix, from the archive's own directory. */
function mode(vsix, name) {
    const script = "import sys,zipfile; print(zipfile.ZipFile(sys.argv[1]).getinfo(sys.argv[2]).external_attr >> 16 & 0o777)";
    return Number(execFileSync("python3", ["-c", script, vsix, name], { encoding: "utf8" }));
}

async function main() {
    const extensions = pack();
    await play("the packed extension is small, and its program may be run", async ({ report }) => {
        const size = statSync(extensions.bare).size;
        report(`without the program: ${(size / 1000).toFixed(0)} kB (less than ${LARGEST / 1000})`);
        if (size >= LARGEST) throw new Error(`${size} bytes`);
        if (mode(extensions.ours, "extension/bin/tasklens") !== 0o755) throw new Error("the program lost its run bit");
    }, {});

    const world = new World(resolve(values.home));
    const editor = await Editor.start({ set, extensions: [extensions.ours, ...extensions.others] });
    try {
        const around = { world, editor };
        for (const [group, { alone }] of Object.entries({ life, start })) {
            for (const [name, run] of Object.entries(alone)) await play(`${group}: ${name}`, run, around);
        }
        const window = await editor.window(world.folder, "work.py");
        await window.lens(/./);
        for (const [group, { scenarios }] of Object.entries({ speed, typing, panel, cache, view, life })) {
            for (const [name, run] of Object.entries(scenarios)) {
                await play(`${group}: ${name}`, run, { ...around, window }, window);
            }
        }
        await window.close();
    } finally {
        await editor.stop();
        world.remove();
    }

    const other = new World(resolve(values.home));
    const untrusting = await Editor.start({
        set,
        extensions: [extensions.ours],
        trusting: false,
        settings: { "security.workspace.trust.startupPrompt": "never" },
    });
    try {
        for (const [name, run] of Object.entries(trust.alone)) await play(`trust: ${name}`, run, { world: other, editor: untrusting });
    } finally {
        await untrusting.stop();
        other.remove();
    }
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
const started = Date.now();
try {
    await main();
} catch (error) {
    counts.failed += 1;
    console.log(`FAILED: ${error.stack}`);
} finally {
    rmSync(packed, { recursive: true, force: true });
}
console.log(`VS Code ${values.which}: ${((Date.now() - started) / 1000).toFixed(0)} s, ${counts.skipped} skipped`);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed ? 1 : 0);
