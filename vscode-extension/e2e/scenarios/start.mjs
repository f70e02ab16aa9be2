// The first steps: the walkthrough, in a window that has not seen any of it.

import assert from "node:assert/strict";

const step = (window, name) => window.page.locator(`button.getting-started-step[data-step-id$="#${name}"]`);
const done = (window, name) => step(window, name).locator(".codicon-getting-started-step-checked").count();

/** Opens the walkthrough, or comes back to it. */
async function walkthrough(window) {
    await window.choose("Welcome: Open Walkthrough...", "Know what Flyte's cache will do");
    await step(window, "lens").waitFor();
}

export const alone = {
    "the walkthrough leads from a lens to the view": async ({ editor, world }) => {
        const window = await editor.window(world.folder, "work.py");
        try {
            // Beside narrow steps VS Code shows no pictures.
            await window.page.setViewportSize({ width: 1600, height: 900 });
            await window.lens(/^cache kept/);
            await walkthrough(window);
            const picture = window.page.locator(".getting-started-media img");
            await picture.waitFor();
            assert.ok(await picture.evaluate((image) => image.decode().then(() => image.naturalWidth > 400)), "no picture");
            await window.screenshot("walkthrough");

            await window.pick("ml.load", () => step(window, "lens").getByText("Go to a Task").click());
            await window.until("the task", () => window.page.locator(".statusbar").filter({ hasText: /Ln 7, Col 1/ }).count());
            await walkthrough(window);
            await window.until("the first step to be done", () => done(window, "lens"));

            await step(window, "explain").locator("h3").click();
            await window.pick("ml.train", () => step(window, "explain").getByText("Explain Task").click());
            await window.inPanel(/ml\.train/);
            await walkthrough(window);
            await window.until("the second step to be done", () => done(window, "explain"));

            await step(window, "keep").locator("h3").click();
            await step(window, "keep").getByText("Open the View").click();
            await window.until("the view", () => window.page.locator(".sidebar .pane-body .monaco-list-row").count());
            await window.until("the last step to be done", () => done(window, "keep"));
            await window.screenshot("walkthrough-done");
        } finally {
            await window.close();
        }
    },
};
