// The panel beside the code: a task's explanation or its pipeline, kept up to date while the code changes. It only shows what the
// server says; scripts and styles come with the extension, and nothing is loaded from elsewhere.

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

import type { Explanation, Graph, Shown, TaskAt, Tasks } from "./protocol.ts";
import type { Life } from "./server.ts";

/** What the user asked for. */
interface Subject {
    view: "explain" | "graph";
    at: TaskAt;
    inputs?: Record<string, string>;
    /** The task's name, as soon as it is known. */
    task?: string;
    /** Whether an answer was shown: from then on the user is left where they read. */
    isShown: boolean;
}

/** What the panel asks for: one of our commands, as the actions of an explanation name them. */
interface Asked {
    command: string;
    arguments: unknown[];
}

/** How long the code has to rest before the panel is asked for anew, in milliseconds. */
const REST = 150;

/** The panel, of which there is one. */
export class Panel implements vscode.Disposable {
    private readonly folder: vscode.Uri;
    private readonly server: Life;
    private readonly watched: vscode.Disposable[] = [];
    private panel: vscode.WebviewPanel | undefined;
    private subject: Subject | undefined;
    private shown: Shown | undefined;
    private ready = false;
    private timer: NodeJS.Timeout | undefined;
    private asked = 0;

    constructor(folder: vscode.Uri, server: Life) {
        this.folder = folder;
        this.server = server;
        this.watched.push(
            server.onDidChange(() => this.later()),
            vscode.workspace.onDidRenameFiles(({ files }) => {
                for (const { oldUri, newUri } of files) this.renamed(oldUri.toString(), newUri.toString());
            }),
        );
    }

    /** The task that is shown, while the user is in the panel. */
    get at(): TaskAt | undefined {
        return this.panel?.active ? this.subject?.at : undefined;
    }

    /** Explains a task; with inputs, what becomes of them. */
    async explain(at: TaskAt, inputs?: Record<string, string>): Promise<void> {
        // A step of the walkthrough.
        void vscode.commands.executeCommand("setContext", "tasklens.explained", true);
        this.subject = { view: "explain", at, ...(inputs && { inputs }), isShown: false };
        this.open();
        await this.refresh();
    }

    /** Shows what the next run of a pipeline does. */
    async graph(at: TaskAt): Promise<void> {
        this.subject = { view: "graph", at, isShown: false };
        this.open();
        await this.refresh();
    }

    dispose(): void {
        clearTimeout(this.timer);
        this.panel?.dispose();
        vscode.Disposable.from(...this.watched).dispose();
    }

    /** A file is called otherwise, or a folder around it. */
    private renamed(before: string, after: string): void {
        const at = this.subject?.at;
        if (!this.subject || !at || (at.uri !== before && !at.uri.startsWith(`${before}/`))) return;
        this.subject.at = { ...at, uri: after + at.uri.slice(before.length) };
        this.later();
    }

    private later(): void {
        if (!this.panel) return;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.refresh(), REST);
    }

    private async refresh(): Promise<void> {
        const subject = this.subject;
        if (!subject) return;
        this.asked += 1;
        const asked = this.asked;
        const shown = await this.ask(subject);
        // What was asked for later is what the user wants to see.
        if (asked !== this.asked) return;
        const answer = answered(shown);
        if (answer && !("stale" in shown)) {
            // The lines above the task may have grown: the next question is about where it is now.
            subject.at = answer.at;
            subject.task = answer.task;
        }
        this.show(shown);
        subject.isShown = true;
    }

    /** What there is to show; a task that is not where it was is looked for by its name. */
    private async ask(subject: Subject): Promise<Shown> {
        const { task } = subject;
        const found = await this.attempt(subject);
        if (task === undefined || answered(found)?.task === task) return found;
        const at = await this.whereIs(task, subject.at);
        const again = at && (await this.attempt({ ...subject, at }));
        if (again && again.show !== "problem") return again;
        // Another name at the same place is a new name.
        if (answered(found)?.at.line === subject.at.line) return found;
        const why = found.show === "problem" ? found.message : `${task} is not where it was, nor elsewhere in its file`;
        // While code is broken, what was true before is better than nothing, as long as nobody takes it for news.
        const before = this.shown && this.shown.show !== "problem" ? this.shown : undefined;
        return before ? { ...before, stale: why } : { show: "problem", message: why };
    }

    private async attempt({ view, at, inputs, isShown }: Subject): Promise<Shown> {
        try {
            if (view === "graph") return { show: "graph", graph: await this.server.ask<Graph>("graph", at) };
            const explanation = await this.server.ask<Explanation>("explain", { ...at, inputs });
            return { show: "explanation", explanation, reveal: inputs !== undefined && !isShown };
        } catch (error) {
            return { show: "problem", message: error instanceof Error ? error.message : String(error) };
        }
    }

    /** Where a task of a file is now: the nearest of its name. */
    private async whereIs(task: string, { uri, line }: TaskAt): Promise<TaskAt | undefined> {
        const open = vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri);
        const { tasks } = await this.server.ask<Tasks>("tasks", { open }).catch(() => ({ tasks: [] }));
        const distance = (at: TaskAt) => Math.abs(at.line - line);
        const named = tasks.filter((one) => one.name === task && one.at.uri === uri).map((one) => one.at);
        return named.sort((a, b) => distance(a) - distance(b))[0];
    }

    private show(shown: Shown): void {
        const known = JSON.stringify(shown) === JSON.stringify(this.shown);
        this.shown = shown;
        if (!this.panel) return;
        this.panel.title = title(shown);
        // What is the same is left alone: whoever reads it keeps their place.
        if (this.ready && !known) void this.panel.webview.postMessage(shown);
    }

    private open(): void {
        if (this.panel) {
            this.panel.reveal(undefined, true);
            return;
        }
        const media = vscode.Uri.joinPath(this.folder, "media");
        const dist = vscode.Uri.joinPath(this.folder, "dist");
        const panel = vscode.window.createWebviewPanel(
            "tasklens.panel",
            "Tasklens",
            { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
            { enableScripts: true, enableFindWidget: true, localResourceRoots: [media, dist] },
        );
        const icon = (theme: string) => vscode.Uri.joinPath(media, `panel-${theme}.svg`);
        panel.iconPath = { light: icon("light"), dark: icon("dark") };
        panel.onDidDispose(() => {
            this.panel = undefined;
            this.shown = undefined;
            this.ready = false;
        });
        panel.webview.onDidReceiveMessage((message: "ready" | Asked) => this.hear(message));
        panel.webview.html = page(panel.webview, media, dist);
        this.panel = panel;
    }

    private hear(message: "ready" | Asked): void {
        if (message === "ready") {
            // It says so again whenever it was hidden and is shown.
            this.ready = true;
            if (this.shown) void this.panel?.webview.postMessage(this.shown);
        } else if (typeof message.command === "string" && message.command.startsWith("tasklens.")) {
            void vscode.commands.executeCommand(message.command, ...(message.arguments ?? []));
        }
    }
}

/** The task of an answer, and where it is. */
function answered(shown: Shown): { at: TaskAt; task: string } | undefined {
    if (shown.show === "problem") return undefined;
    return shown.show === "graph" ? shown.graph : shown.explanation;
}

function title(shown: Shown): string {
    switch (shown.show) {
        case "explanation":
            return shown.explanation.task;
        case "graph":
            return `${shown.graph.task} · pipeline`;
        case "problem":
            return "Tasklens";
    }
}

function page(webview: vscode.Webview, media: vscode.Uri, dist: vscode.Uri): string {
    const nonce = randomBytes(16).toString("base64");
    const address = (folder: vscode.Uri, file: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, file));
    const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${address(media, "panel.css")}">
<title>Tasklens</title>
</head>
<body>
<main id="page" tabindex="-1"></main>
<div id="news" class="unseen" role="status" aria-live="polite"></div>
<script nonce="${nonce}" src="${address(dist, "panel.js")}"></script>
</body>
</html>`;
}
