// The view in the side bar, the interpreter, the baseline.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";

const rows = (window) => window.page.locator(".sidebar .pane-body .monaco-list-row").allInnerTexts();
const badge = (window) => window.page.locator(".activitybar a[aria-label^='Tasklens']").getAttribute("aria-label");

export const scenarios = {
    "tasks by environment, with a badge": async ({ window }) => {
        await window.open("work.py");
        await window.goTo(9);
        await window.type(" + [7]");
        await window.command("Tasklens: Focus on Tasks View");
        await window.high(() =>
            window.until("the environment", async () => (await rows(window)).some((row) => /^ml\s*3, 1 will recompute$/.test(row))),
        );
        await window.until("the badge", async () => (await badge(window)) === "Tasklens - 1 task will recompute");
        await window.screenshot("view");
        const message = window.page.locator(".sidebar .pane-body .message");
        await window.until("what it is compared with", async () => /compared with HEAD/.test(await message.innerText()));
        assert.match(await message.innerText(), /^Python 3\.11, 3\.12, 3\.13, by folder · /);
    },

    "a filter lists what will recompute": async ({ window }) => {
        await window.choose("Tasklens: Filter Tasks…", "Only what will recompute");
        await window.until("one task", async () => (await rows(window)).length === 2);
        await window.choose("Tasklens: Filter Tasks…", "Cached tasks");
        await window.until("all tasks", async () => (await rows(window)).length > 5);
        await window.screenshot("all-tasks");
    },

    "a click jumps to the task": async ({ window }) => {
        await window.choose("Tasklens: Filter Tasks…", "Only what will recompute");
        await window.until("one task", async () => (await rows(window)).length === 2);
        await window.page.locator(".sidebar .pane-body .monaco-list-row").nth(1).click();
        await window.until("the line", () => window.page.locator(".statusbar").filter({ hasText: /Ln 7, Col 1/ }).count());
        await window.choose("Tasklens: Filter Tasks…", "Cached tasks");
        await window.page.locator(".editor-instance").first().click();
        await window.revert();
        await window.until("no badge", async () => (await badge(window)) === "Tasklens");
    },

    "an empty list says why": async ({ window, editor }) => {
        const says = (text) => window.until(text, () => window.page.locator(".sidebar .welcome-view-content").filter({ hasText: text }).count());
        await window.choose("Tasklens: Filter Tasks…", "Only what will recompute");
        await says("No task is of the kind that is listed.");
        window.settings({ "tasklens.enable": false });
        await says("Tasklens is turned off");
        await window.until("no server", () => editor.servers().length === 0);
        window.settings({});
        await says("No task is of the kind that is listed.");
        await window.choose("Tasklens: Filter Tasks…", "Cached tasks");
        await window.until("all tasks", async () => (await rows(window)).length > 5);
    },

    "the selected interpreter submits": async ({ window }) => {
        const before = await window.lens(/^cache kept · auto/);
        await window.command("Fake Python: Select 3.13");
        const message = window.page.locator(".sidebar .pane-body .message");
        await window.until("its name", async () => /Python 3\.13\.0 \(selected in the editor/.test(await message.innerText()));
        assert.ok(before);
        await window.screenshot("interpreter");
    },

    "another baseline is chosen": async ({ window, world }) => {
        world.git("tag", "v1");
        await window.choose("Tasklens: Choose the Baseline…", "v1");
        await window.lens(/same as v1$/);
        await window.choose("Tasklens: Choose the Baseline…", "Default");
        await window.lens(/same as HEAD$/);
    },

    "the lock file is written, and shown": async ({ window, world }) => {
        await window.open("work.py");
        await window.goTo(9);
        await window.type(" + [9]");
        await window.command("Tasklens: Write the Lock File");
        await window.toast(/^Tasklens: tasklens\.lock: \d+ cached tasks, /);
        // What is in it is what is in the files: all are saved first.
        assert.match(world.read("work.py"), /\+ \[9\]/);
        assert.match(world.read("tasklens.lock"), /ml\.load/);
        await window.screenshot("lock");
        await window.page.locator(".notification-toast a, .notification-toast button").filter({ hasText: "Show" }).first().click();
        await window.page.locator(".tab.active[data-resource-name='tasklens.lock']").waitFor();
        await window.command("View: Close Editor");
        world.git("checkout", "-q", "work.py");
        rmSync(join(world.folder, "tasklens.lock"));
        await window.open("work.py");
        await window.lens(/^cache kept · auto/);
        await window.noLens(/^will recompute/);
    },

    "a branch switch is followed": async ({ window, world }) => {
        await window.command("View: Show Explorer");
        await window.open("work.py");
        world.git("checkout", "-q", "other");
        world.write("work.py", world.read("work.py").replace("max(rows)", "min(rows)").replace("sum(rows) + seed", "sum(rows)"));
        world.commit("another training");
        await window.until("the other branch's text", async () => /min\(rows\)/.test(await window.text()));
        await window.noLens(/^will recompute|^stale/);
        world.git("checkout", "-q", "main");
        await window.until("this branch's text", async () => /max\(rows\)/.test(await window.text()));
        await window.lens(/^cache kept · auto/);
    },
};
