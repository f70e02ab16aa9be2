// How long a user waits: each beside the least that an extension can be, in the same run.

import assert from "node:assert/strict";

/** Keys of each kind. */
const KEYS = 6;

/** What ours may take longer, in milliseconds. */
const LENS = 50;
const ACTIVATION = 100;

const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];

/** From a key to the lens that it changes, in the page's own time. */
async function fromKeyToLens(window, keys, change) {
    const times = [];
    for (let at = 0; at < KEYS; at += 1) {
        // Long enough for the editor's own pause between questions to be over.
        await window.page.waitForTimeout(600);
        await window.page.evaluate(() => {
            const seen = () => [...document.querySelectorAll(".codelens-decoration")].map((line) => line.textContent).join("\n");
            const before = seen();
            window.measured = new Promise((resolve) => {
                let since;
                window.addEventListener("keydown", () => { since ??= performance.now(); }, { capture: true, once: true });
                const observer = new MutationObserver(() => {
                    // What is cleared for a moment is no answer.
                    const now = seen();
                    if (since === undefined || now === before || now === "") return;
                    observer.disconnect();
                    resolve(performance.now() - since);
                });
                observer.observe(document.body, { subtree: true, childList: true, characterData: true });
            });
        });
        await window.key(keys[at % keys.length]);
        times.push(await window.page.evaluate(() => window.measured));
        await change(at);
    }
    return times;
}

export const scenarios = {
    "a lens follows a key as fast as a trivial one": async ({ window, report }) => {
        const rounds = { trivial: [], ours: [] };
        for (let round = 0; round < 2; round += 1) {
            await window.open("notes.txt");
            await window.lens(/characters$/);
            await window.goTo(1);
            rounds.trivial.push(...(await fromKeyToLens(window, ["b", "Backspace"], async () => {})));
            await window.open("work.py");
            await window.lens(/./);
            // Behind the 2 of the list, where a digit changes the body and breaks nothing.
            await window.goTo(9, 25);
            rounds.ours.push(...(await fromKeyToLens(window, ["0", "Backspace"], async () => {})));
            await window.revert();
        }
        const [trivial, ours] = [median(rounds.trivial), median(rounds.ours)];
        report(`from key to lens, medians of ${rounds.ours.length}: trivial ${trivial.toFixed(0)} ms, ours ${ours.toFixed(0)} ms, over ${(ours - trivial).toFixed(0)} ms (at most ${LENS})`);
        assert.ok(ours - trivial <= LENS, `${ours - trivial} ms over a trivial lens`);
    },

    "activation is as fast as an empty one": async ({ window, report }) => {
        await window.command("Developer: Show Running Extensions");
        const list = window.page.locator(".runtime-extensions-editor");
        await list.locator(".monaco-list-row").first().waitFor();
        const took = async (name) => {
            const row = list.locator(".monaco-list-row").filter({ has: window.page.locator(".name", { hasText: name }) }).first();
            const text = await window.until(name, async () => row.innerText({ timeout: 1000 }).catch(() => ""));
            return Number(/Activation:\s*(\d+)\s*ms|(\d+)\s*ms/.exec(text)?.slice(1).find(Boolean));
        };
        const [empty, ours] = await window.high(async () => [await took("empty"), await took("Tasklens")]);
        report(`activation: empty ${empty} ms, ours ${ours} ms (at most ${ACTIVATION} over)`);
        await window.screenshot("activation");
        // Newer editors show it above everything else.
        await window.key("Escape");
        if (await list.isVisible()) await window.command("View: Close Editor");
        assert.ok(ours - empty <= ACTIVATION, `${ours} ms, an empty extension ${empty} ms`);
    },
};
