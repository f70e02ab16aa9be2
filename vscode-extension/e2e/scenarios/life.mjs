// The server's life: it crashes, is not there, is turned off; and windows that have nothing to do with it.

import assert from "node:assert/strict";
import { readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const program = (editor) => {
    const folder = readdirSync(join(editor.state, "ext")).find((name) => name.startsWith("tasklens.tasklens"));
    return join(editor.state, "ext", folder, "bin", "tasklens");
};

export const scenarios = {
    "a crash: it comes back, and is told once": async ({ window, editor }) => {
        await window.open("work.py");
        await window.lens(/./);
        for (const time of ["first", "second"]) {
            const [before] = editor.servers();
            process.kill(before, "SIGKILL");
            await window.until("another server", () => editor.servers().some((id) => id !== before));
            await window.goTo(9);
            await window.type("+[8]");
            await window.lens(/^will recompute/);
            await window.revert();
            await window.noLens(/^will recompute/);
            const told = (await window.notifications()).filter((text) => /ended unexpectedly/.test(text));
            assert.equal(told.length, 1, `after the ${time} time: ${JSON.stringify(told)}`);
        }
        await window.screenshot("crash");
        await window.closeToasts();
    },

    "a missing program is told, and found again": async ({ window, editor }) => {
        const path = program(editor);
        renameSync(path, `${path}.away`);
        try {
            await window.command("Tasklens: Restart Server");
            await window.toast(/Tasklens does not run: .*there is no such file/);
            await window.screenshot("missing");
            // The one before was told to exit, and does in its own time.
            await window.until("no server", () => editor.servers().length === 0);
            await window.until("no lenses", async () => (await window.lenses()).length === 0);
            await window.command("Tasklens: Show Debug Information");
            await window.until("what is known all the same", async () => /"server": "the server does not run/.test(await window.textOf(/Untitled/)));
            await window.command("View: Revert and Close Editor");
            await window.open("work.py");
        } finally {
            renameSync(`${path}.away`, path);
        }
        await window.closeToasts();
        await window.command("Tasklens: Restart Server");
        await window.lens(/./);
        assert.equal(editor.servers().length, 1);
    },

    "a program that only says that it is the server is told of once": async ({ window, editor }) => {
        const liar = join(editor.state, "liar");
        const answer = '{"name": "tasklens", "version": "9.9.9", "schema": 1}';
        writeFileSync(liar, `#!/bin/sh\nif [ "$2" = --probe ]; then echo '${answer}'; else exit 3; fi\n`, { mode: 0o755 });
        window.settings({ "tasklens.path": liar });
        await window.toast(/Tasklens does not run: .*liar says that it is the server, and does not start/);
        const told = await window.notifications();
        assert.equal(told.length, 1, JSON.stringify(told));
        await window.screenshot("liar");
        await window.closeToasts();
        window.settings({});
        await window.until("the server", () => editor.servers().length === 1);
        await window.lens(/./);
    },

    "debug information names the program": async ({ window }) => {
        await window.command("Tasklens: Show Debug Information");
        await window.until("the program", async () => /"from": "the extension"/.test(await window.textOf(/Untitled/)));
        await window.command("View: Revert and Close Editor");
        await window.open("work.py");
    },

    "it can be turned off": async ({ window, editor }) => {
        window.settings({ "tasklens.enable": false });
        await window.until("no server", () => editor.servers().length === 0);
        await window.until("no lenses", async () => (await window.lenses()).length === 0);
        window.settings({});
        await window.lens(/./);
    },
};

/** In windows of their own. */
export const alone = {
    "nothing runs in a window without Python": async ({ editor, world }) => {
        const window = await editor.window(world.folder, "notes.txt");
        try {
            await window.lens(/characters$/);
            await window.command("Developer: Show Running Extensions");
            await window.page.locator(".runtime-extensions-editor .monaco-list-row").first().waitFor();
            await window.high(async () => {
                const list = window.page.locator(".runtime-extensions-editor");
                await window.until("the trivial extension", async () => /trivial/.test(await list.innerText()));
                assert.doesNotMatch(await list.innerText(), /tasklens/i);
            });
            assert.deepEqual(editor.servers(), []);
            await window.screenshot("without-python");
        } finally {
            await window.close();
        }
    },
};
