// What stands above tasks while code is read, typed, broken and mended.

import assert from "node:assert/strict";

export const scenarios = {
    "lenses of each kind over the examples": async ({ window }) => {
        await window.open("guide/patterns.py");
        await window.lens(/^cache kept · auto ebf48fc, same as HEAD$/);
        await window.lens(/^cache kept · pinned "v1.2"/);
        await window.goTo(125);
        await window.lens(/^version unknown · DatasetVersionPolicy runs Python$/);
        await window.lens(/tasks are not cached$/);
        await window.open("ranking/train.py");
        await window.lens(/code edits do not count$/);
        await window.lens(/^version unknown · SchemaPolicy runs Python$/);
        await window.open("evals/run.py");
        await window.lens(/^cache kept · auto cca7c46/);
        await window.open("vision/pipeline.py");
        await window.lens(/^version differs|^cache kept/);
    },

    "typing makes it recompute, undo keeps it": async ({ window }) => {
        await window.open("work.py");
        await window.lens(/^cache kept · auto [0-9a-f]{7}, same as HEAD$/);
        const before = (await window.lenses()).join("\n");
        await window.goTo(9);
        await window.type(" + [4]");
        await window.lens(/^will recompute · body changed since HEAD \(was [0-9a-f]{7}\)$/);
        await window.screenshot("typed");
        await window.undo(/return \[len\(name\), 2, 3\]$/m);
        await window.until("the lenses of before", async () => (await window.lenses()).join("\n") === before);
    },

    "what is new is new, what is pinned stays": async ({ window }) => {
        await window.goTo(20);
        await window.type(" + 1");
        await window.lens(/^stale risk · body changed, version still "1.0" · bump\?$/);
        await window.revert();
        await window.lens(/^cache kept · pinned "1.0"/);
        await window.goTo(5);
        await window.type("\n@env.task\ndef fresh() -> int:\nreturn 1".replace("\nreturn", "\n    return"));
        await window.lens(/^new task · auto [0-9a-f]{7} · first run computes$/);
        await window.revert();
    },

    "only the docstring": async ({ window }) => {
        await window.goTo(14, 10);
        await window.type("x");
        await window.lens(/^will recompute · only the docstring changed/);
        await window.revert();
    },

    "broken code keeps its last good lens": async ({ window }) => {
        await window.goTo(15);
        await window.type(" + (");
        await window.lens(/^last good: auto [0-9a-f]{7} · syntax error on line \d+$/);
        await window.revert();
        await window.noLens(/last good/);
    },

    "saving changes no lens": async ({ window, world }) => {
        await window.goTo(9);
        await window.type(" + [5]");
        await window.lens(/^will recompute/);
        await window.save();
        assert.match(world.read("work.py"), /\+ \[5\]/);
        await window.page.waitForTimeout(300);
        await window.lens(/^will recompute/);
        await window.undo(/return \[len\(name\), 2, 3\]$/m);
        await window.save();
        await window.noLens(/^will recompute/);
    },

    "an outside change is followed": async ({ window, world }) => {
        const text = world.read("work.py");
        world.write("work.py", text.replace("sum(rows) + seed", "sum(rows) - seed"));
        await window.lens(/^will recompute · body changed/);
        world.write("work.py", text);
        await window.noLens(/^will recompute/);
    },

    "the quick fix of an unknown ignored input": async ({ window }) => {
        await window.open("slip.py");
        await window.page.locator(".squiggly-error, .squiggly-warning, .squiggly-info").first().waitFor();
        await window.goTo(6, 57);
        // The first is what Enter takes; what surrounds the list catches a mouse. The list goes, and the key is lost, where the editor
        // still hears of the cursor's new place.
        const fix = window.page.locator(".action-widget .monaco-list-row.focused").filter({ hasText: /seed/ });
        const isShown = async () => (await fix.count()) > 0;
        await window.until("the fix", async () => {
            await window.key("Control+Period");
            return window.within(2_000, isShown);
        });
        await window.screenshot("quick-fix");
        await window.key("Enter");
        await window.until("the name that is meant", async () => /ignored_inputs=\("seed",\)/.test(await window.text()));
        await window.until("no squiggle", async () => (await window.page.locator(".squiggly-error, .squiggly-warning").count()) === 0);
        await window.revert();
    },
};
