// A folder that the user does not trust: the extension's own program, and nothing of the folder's.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const alone = {
    "an untrusted folder gets the extension's own program": async ({ editor, world }) => {
        const trap = join(world.folder, "trap");
        mkdirSync(trap);
        writeFileSync(join(trap, "tasklens"), `#!/bin/sh\ntouch ${trap}/sprung\n`, { mode: 0o755 });
        world.write(".vscode/settings.json", JSON.stringify({ "tasklens.path": join(trap, "tasklens") }));
        const window = await editor.window(world.folder, "work.py");
        try {
            await window.until("restricted mode", () => window.page.locator(".statusbar").filter({ hasText: /Restricted Mode/ }).count());
            await window.lens(/^cache kept · auto/);
            assert.equal(editor.servers().length, 1);
            assert.ok(!existsSync(join(trap, "sprung")), "a program of the folder was started");
            await window.screenshot("untrusted");
        } finally {
            await window.close();
        }
    },

    "what a folder says is nothing to click": async ({ editor, world }) => {
        world.write("pyproject.toml", '[tool.tasklens]\npython = "[Mend it](command:workbench.action.quit)"\n');
        const window = await editor.window(world.folder, "work.py");
        try {
            const told = await window.toast(/is not a Python version/);
            assert.ok(told.replaceAll("\u200b", "").includes("`[Mend it](command:workbench.action.quit)`"), told);
            assert.equal(await window.page.locator(".notification-toast a").filter({ hasText: "Mend it" }).count(), 0);
            await window.screenshot("no-link");
        } finally {
            await window.close();
        }
    },
};
