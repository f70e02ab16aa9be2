// The panel beside the code: a task's explanation or its pipeline, kept up to date while the code changes. It only shows what the
// server says; scripts and styles come with the extension, and nothing is loaded from elsewhere.

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

import type { Explanation, Graph, TaskAt } from "./protocol.ts";
import type { Life } from "./server.ts";

/** What the panel is told to show. */
export type Shown =
    | { show: "explanation"; explanation: Explanation }
    | { show: "graph"; graph: Graph }
    | { show: "problem"; message: string };

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
    private subject: { view: "explain" | "graph"; at: TaskAt; inputs?: Record<string, string> } | undefined;
    private shown: Shown | undefined;
    private ready = false;
    private timer: NodeJS.Timeout | undefined;
    private asked = 0;

    constructor(folder: vscode.Uri, server: Life) {
        this.folder = folder;
        this.server = server;
        this.watched.push(server.onDidChange(() => this.later()));
    }

    /** The task that is shown, while the user is in the panel. */
    get at(): TaskAt | undefined {
        return this.panel?.active ? this.subject?.at : undefined;
    }

    /** Explains a task; with inputs, what becomes of them. */
    async explain(at: TaskAt, inputs?: Record<string, string>): Promise<void> {
        // A step of the walkthrough.
        void vscode.commands.executeCommand("setContext", "tasklens.explained", true);
        this.subject = inputs ? { view: "explain", at, inputs } : { view: "explain", at };
        this.open();
        await this.refresh();
    }

    /** Shows what the next run of a pipeline does. */
    async graph(at: TaskAt): Promise<void> {
        this.subject = { view: "graph", at };
        this.open();
        await this.refresh();
    }

    dispose(): void {
        clearTimeout(this.timer);
        this.panel?.dispose();
        vscode.Disposable.from(...this.watched).dispose();
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
        // The lines above the task may have grown: the next question is about where it is now.
        if (shown.show === "explanation") subject.at = shown.explanation.at;
        if (shown.show === "graph") subject.at = shown.graph.at;
        this.show(shown);
    }

    private async ask({ view, at, inputs }: NonNullable<Panel["subject"]>): Promise<Shown> {
        try {
            if (view === "graph") return { show: "graph", graph: await this.server.ask<Graph>("graph", at) };
            return { show: "explanation", explanation: await this.server.ask("explain", { ...at, inputs }) };
        } catch (error) {
            // While code is broken, the last explanation is better than none.
            if (this.shown && this.shown.show !== "problem" && !inputs) return this.shown;
            return { show: "problem", message: error instanceof Error ? error.message : String(error) };
        }
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
