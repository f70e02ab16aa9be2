// Real runs of the SDK, in the editor's own terminal, and what lies in the local cache after them.

import assert from "node:assert/strict";

export const scenarios = {
    "a run in the terminal turns a lens to hit": async ({ window, world, skip }) => {
        const python = world.python();
        if (!python) return skip("the SDK is not set up: python3 tests/setup.py --only flyte");
        await window.open("work.py");
        await window.lens(/^cache kept · auto/);
        // Lenses out of sight are not asked for.
        await window.goTo(8);
        await window.command("Terminal: Create New Terminal");
        await window.page.locator(".terminal-wrapper.active .xterm-helper-textarea").first().waitFor({ state: "attached" });
        await window.page.locator(".terminal-wrapper.active").first().click();
        const shown = () => window.page.locator(".terminal-wrapper.active .xterm-rows").innerText();
        await window.until("a prompt", async () => /[$#]\s*$/.test((await shown()).replaceAll("\u00a0", " ")));
        await window.type(`${python} work.py; echo done-$((40+2))`);
        await window.key("Enter");
        await window.lens(/^hit in the local cache for name='flats'/);
        await window.screenshot("run");
        await window.command("Terminal: Kill the Active Terminal Instance");
    },

    "the cached output is shown": async ({ window, world, skip }) => {
        if (!world.python()) return skip("the SDK is not set up");
        await window.open("work.py");
        await window.goTo(8);
        await window.command("Tasklens: Show Cached Output");
        await window.until("the output", async () => /outputs +o0 = \[5, 2, 3\]/.test(await window.textOf(/Untitled/)));
        await window.screenshot("output");
        await window.command("View: Revert and Close Editor");
        await window.command("View: Join All Editor Groups");
    },

    "entries are cleared after a question": async ({ window, world, skip }) => {
        if (!world.python()) return skip("the SDK is not set up");
        await window.open("work.py");
        await window.goTo(8);
        const asked = window.page.locator(".monaco-dialog-box");
        await window.command("Tasklens: Clear This Task's Entries…");
        await asked.waitFor();
        assert.match(await asked.innerText(), /Remove 1 entry of ml\.load/);
        await window.screenshot("clear");
        await asked.locator("a, button").filter({ hasText: "Cancel" }).first().click();
        await window.lens(/^hit/);
        await window.command("Tasklens: Clear This Task's Entries…");
        await asked.locator("a, button").filter({ hasText: "Remove" }).first().click();
        await window.toast(/removed 1 entry of ml\.load/);
        await window.lens(/^not in the local cache/);
        await window.closeToasts();
    },
};
