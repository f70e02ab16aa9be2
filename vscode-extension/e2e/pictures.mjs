// Makes the pictures of the README and of the walkthrough anew, in a real VS Code over a real project.

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { Editor, setUp } from "./editor.mjs";
import { ROOT, World } from "./world.mjs";

const home = join(ROOT, "target", "tasklens-tests");
const set = setUp(home, "newest");
if (set.missing) throw new Error(`needs ${set.missing}`);
const folder = join(ROOT, "vscode-extension", "media", "walkthrough");
mkdirSync(folder, { recursive: true });
const vsix = join(ROOT, "target", "pictures.vsix");
const binary = ["--target", "linux-x64", "--binary", join(ROOT, "target", "debug", "tasklens")];
execFileSync(process.execPath, [join(ROOT, "vscode-extension", "scripts", "package.mjs"), ...binary, "--out", vsix], { stdio: "pipe" });

const world = new World(home);
// One project is what most readers have.
rmSync(join(world.folder, "examples"), { recursive: true });
world.commit("One project");
const editor = await Editor.start({ set, extensions: [vsix], settings: { "workbench.activityBar.location": "default", "breadcrumbs.enabled": false } });
try {
    const window = await editor.window(world.folder, "work.py");
    await window.page.setViewportSize({ width: 1160, height: 720 });
    const page = window.page;
    await window.lens(/^cache kept/);
    const picture = (name, clip) => page.screenshot({ path: join(folder, `${name}.png`), ...(clip && { clip }) });

    await window.goTo(15);
    await window.type(" + 2");
    await window.lens(/^will recompute/);
    await page.mouse.move(640, 700);
    const code = await page.locator(".editor-instance").first().boundingBox();
    await picture("lens", { x: code.x, y: code.y, width: 620, height: 460 });

    await window.clickLens(/^will recompute/);
    await window.inPanel(/Interface/);
    await window.command("View: Toggle Primary Side Bar Visibility");
    await page.waitForTimeout(500);
    await picture("explain", { x: 0, y: 30, width: 1160, height: 450 });

    await window.command("Tasklens: Focus on Tasks View");
    await window.until("tasks", () => page.locator(".sidebar .pane-body .monaco-list-row").count());
    await window.goTo(30);
    await window.command("Tasklens: Show Pipeline");
    await (await window.panel()).locator("figure svg .node").nth(3).waitFor();
    await page.waitForTimeout(500);
    await picture("keep", { x: 0, y: 30, width: 1160, height: 450 });
    await window.close();
} finally {
    await editor.stop();
    world.remove();
    rmSync(vsix, { force: true });
}
