// The panel beside the code, and what its buttons and the commands do.

import assert from "node:assert/strict";

/** Has a task that will recompute explained in the panel, if it isn't yet. */
async function explained(window) {
    await window.command("View: Focus First Editor Group");
    await window.open("work.py");
    if (!/sum\(rows\) \+ seed \+ 2$/m.test(await window.text())) {
        await window.goTo(15);
        await window.type(" + 2");
    }
    await window.clickLens(/^will recompute/);
}

export const scenarios = {
    "a click on a lens explains": async ({ window }) => {
        await explained(window);
        const text = await window.inPanel(/Changed since HEAD/);
        assert.match(text, /ml\.train/);
        assert.match(text, /- {5}return sum\(rows\) \+ seed\n/);
        assert.match(text, /\+ {5}return sum\(rows\) \+ seed \+ 2/);
        assert.match(text, /Interface/);
        assert.match(text, /FunctionBodyPolicy/);
        await window.screenshot("explain");
    },

    "the panel follows the code": async ({ window }) => {
        await explained(window);
        await window.goTo(15);
        await window.type("3");
        await window.inPanel(/seed \+ 23/);
        await window.key("Backspace");
        await window.inPanel(/seed \+ 2\n/);
    },

    "the panel goes with its task, and says what it can't": async ({ window }) => {
        await explained(window);
        await window.inPanel(/^ml\.train work\.py:12$/m);
        await window.goTo(5);
        await window.type("\n# above\n# it");
        await window.inPanel(/^ml\.train work\.py:14$/m);
        // Nobody may take what was true before for what is.
        await window.goTo(14, 1);
        await window.key("Control+Shift+KeyK");
        await window.inPanel(/^As it was before: no task stands at work\.py:14/m);
        assert.equal(await (await window.panel()).locator("button:enabled").count(), 0, "a button that is about another task");
        await window.screenshot("stale");
        await window.revert();
        await window.inPanel(/^ml\.train work\.py:12$/m);
        assert.doesNotMatch(await window.inPanel(/ml\.train/), /As it was before/);
        await window.goTo(1);
        await window.command("Tasklens: Explain Task");
        await window.inPanel(/^no task stands at work\.py:1: did you mean ml\.load \(work\.py:7\)/);
    },

    "a place in the panel leads to its line": async ({ window }) => {
        await explained(window);
        await window.inPanel(/Changed since HEAD/);
        const frame = await window.panel();
        await frame.locator("h2 a").filter({ hasText: /^work\.py:3$/ }).first().click();
        const place = (line) => window.page.locator(".statusbar").filter({ hasText: new RegExp(`Ln ${line}, Col 1\\b`) });
        await window.until("the environment's line", () => place(3).count());
        // The file stays where it was, and the panel beside it.
        assert.equal(await window.page.locator(".editor-group-container").count(), 2);
        await frame.locator("h1 a").focus();
        await window.key("Enter");
        await window.until("the task's line", () => place(12).count());
    },

    "a focus that leaves at once loses no lens": async ({ window }) => {
        await explained(window);
        await window.inPanel(/Changed since HEAD/);
        const frame = await window.panel();
        await window.goTo(15);
        await window.type(" + (");
        await frame.locator("h1").click();
        await window.lens(/^last good: /);
        await window.command("View: Focus First Editor Group");
        await window.open("work.py");
        for (let left = 4; left > 0; left -= 1) await window.key("Backspace");
        await frame.locator("h1").click();
        await window.noLens(/^last good: /);
    },

    "the panel loads nothing and is read without a mouse": async ({ window }) => {
        await explained(window);
        await window.inPanel(/Changed since HEAD/);
        const frame = await window.panel();
        const policy = await frame.locator("meta[http-equiv='Content-Security-Policy']").getAttribute("content");
        assert.match(policy, /^default-src 'none'; style-src [^;]+; script-src 'nonce-[^']+'$/);
        const blocked = await frame.evaluate(() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            return window.ran !== true;
        });
        assert.ok(blocked, "an inline script ran");
        assert.equal(await frame.locator("h1").count(), 1);
        assert.equal(await frame.locator("[role=group][aria-label='What to do'] button").first().innerText(), "Keep cache");
        assert.match(await frame.locator("[role=status]").innerText().catch(() => ""), /ml\.train: will recompute/);
        assert.equal(await frame.locator(".diff ins").count(), 1);
        assert.equal(await frame.locator(".diff del").count(), 1);
        await frame.locator("button").first().focus();
        await window.key("Tab");
        assert.equal(await frame.evaluate(() => document.activeElement.textContent), "Compare");
        // Themes bring their own colours: the panel has none that stay.
        const light = await frame.evaluate(() => getComputedStyle(document.body).backgroundColor);
        window.settings({ "workbench.colorTheme": "Visual Studio Dark" });
        await window.until("a dark panel", async () => (await frame.evaluate(() => getComputedStyle(document.body).backgroundColor)) !== light);
        await window.screenshot("dark");
        window.settings({ "workbench.colorTheme": "Default High Contrast" });
        await window.until("a black panel", async () => (await frame.evaluate(() => getComputedStyle(document.body).backgroundColor)) === "rgb(0, 0, 0)");
        await window.screenshot("high-contrast");
        window.settings({});
    },

    "keep cache pins, unpin takes it back": async ({ window }) => {
        await explained(window);
        await window.inPanel(/Changed since HEAD/);
        const frame = await window.panel();
        await frame.locator("button").filter({ hasText: "Keep cache" }).click();
        await window.until("a pin", async () => /version_override="[0-9a-f]{64}"/.test(await window.text()));
        await window.lens(/^stale risk · body changed, version still [0-9a-f]{7} · bump\?$/);
        await window.screenshot("kept");
        await frame.locator("button").filter({ hasText: "Unpin" }).click();
        await window.until("no pin", async () => !/version_override="[0-9a-f]{64}"/.test(await window.text()));
        await window.lens(/^will recompute/);
    },

    "compare shows the baseline beside, without lenses there": async ({ window }) => {
        await explained(window);
        await window.command("Tasklens: Compare Task With the Baseline");
        await window.page.locator(".monaco-diff-editor").first().waitFor();
        await window.until("the lens of the right side", async () => (await window.page.locator(".editor.modified .codelens-decoration").count()) > 0);
        assert.equal(await window.page.locator(".editor.original .codelens-decoration").count(), 0);
        await window.screenshot("compare");
        await window.command("View: Close Editor");
    },

    "git's side of a diff has no lenses": async ({ window }) => {
        await explained(window);
        await window.save();
        const diff = window.page.locator(".monaco-diff-editor").first();
        // Git takes its time to see the change.
        await window.until("the diff", async () => {
            await window.command("Git: Open Changes");
            return diff.waitFor({ timeout: 3000 }).then(() => true, () => false);
        });
        await window.until("the lens of the right side", async () => (await window.page.locator(".editor.modified .codelens-decoration").count()) > 0);
        assert.equal(await window.page.locator(".editor.original .codelens-decoration").count(), 0);
        await window.command("View: Close Editor");
        await window.open("work.py");
        await window.undo(/return sum\(rows\) \+ seed$/m);
        await window.lens(/^cache kept · auto/);
        await window.save();
        await window.noLens(/^will recompute/);
    },

    "the version and a key are copied": async ({ window }) => {
        await window.goTo(8);
        await window.command("Tasklens: Copy Version");
        const version = await window.until("a version", async () => /^[0-9a-f]{64}$/.exec(await window.clipboard())?.[0]);
        assert.ok((await window.lens(/^cache kept · auto/)).includes(version.slice(0, 7)));
        await window.command("Tasklens: Copy Key");
        await window.until("a key", async () => /^[A-Za-z0-9+/]{43}=$/.test(await window.clipboard()));
    },

    "bump counts a given version up": async ({ window }) => {
        await window.goTo(19);
        await window.command("Tasklens: Bump Version");
        await window.until("another version", async () => /version_override="2\.0"/.test(await window.text()));
        await window.lens(/^will recompute · pinned "2.0" since HEAD/);
        await window.revert();
    },

    "inputs are asked for, checked as they are typed, and looked up": async ({ window }) => {
        await window.goTo(15);
        await window.command("Tasklens: Check Inputs…");
        await window.input("ml.train (1 of 2)", "nonsense");
        await window.until("a complaint", () => window.page.locator(".quick-input-widget").filter({ hasText: /nonsense/ }).count());
        await window.screenshot("inputs");
        await window.input("ml.train (1 of 2)", "[1, 2]");
        await window.key("Enter");
        await window.input("ml.train (2 of 2)", "7");
        await window.key("Enter");
        const text = await window.inPanel(/rows=\[1, 2\], seed=7/);
        assert.match(text, /inputs hash/);
        assert.match(text, /given by you/);
        const frame = await window.panel();
        const isInSight = (element) => {
            const { top, bottom } = element.getBoundingClientRect();
            return top >= 0 && bottom <= innerHeight;
        };
        await window.until("the answer in sight", () => frame.locator(".given").evaluate(isInSight).catch(() => false));
        await window.screenshot("given");
    },

    "the pipeline is drawn": async ({ window }) => {
        await window.goTo(9);
        await window.type(" + [6]");
        await window.lens(/^will recompute/);
        await window.goTo(30);
        await window.command("Tasklens: Show Pipeline");
        const frame = await window.panel();
        await frame.locator("figure svg .node").nth(3).waitFor();
        const text = await frame.locator("figure svg").textContent();
        assert.match(text, /plain\.pipeline/);
        assert.match(text, /will recompute/);
        assert.match(text, /may run again/);
        const scale = await frame.locator("figure svg").evaluate((svg) => svg.clientWidth / Number(svg.getAttribute("width")));
        assert.ok(scale > 0.69, `texts of ${scale} of their size`);
        await window.screenshot("graph");
        await window.revert();
        await window.until("a picture of what is kept", async () => !/will recompute/.test(await frame.locator("figure svg").textContent()));
    },
};
