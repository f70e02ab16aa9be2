// The language status item: whether the server runs, which one, and what it compares with.

import * as vscode from "vscode";

import type { Server } from "./binary.ts";
import { plain } from "./plain.ts";

/** What is going on. */
export type Condition =
    | { is: "off" }
    | { is: "starting" }
    | { is: "running"; server: Server; detail: string }
    | { is: "failed"; reason: string };

/** Shows the condition beside the language of Python files. */
export class Status implements vscode.Disposable {
    private readonly item = vscode.languages.createLanguageStatusItem("tasklens", { language: "python" });

    constructor() {
        this.item.name = "Tasklens";
        this.show({ is: "starting" });
    }

    show(condition: Condition): void {
        // What the empty view says depends on it.
        void vscode.commands.executeCommand("setContext", "tasklens.server", condition.is);
        const log = { command: "tasklens.showLog", title: "Show Log" };
        const restart = { command: "tasklens.restart", title: "Restart" };
        this.item.busy = condition.is === "starting";
        this.item.severity =
            condition.is === "failed" ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
        this.item.command = condition.is === "failed" ? restart : log;
        switch (condition.is) {
            case "off":
                this.item.text = "Tasklens is off";
                this.item.detail = "the setting tasklens.enable";
                return;
            case "starting":
                this.item.text = "Tasklens";
                this.item.detail = "starting";
                return;
            case "running":
                this.item.text = `Tasklens ${condition.server.version}`;
                this.item.detail = plain([`from ${from(condition.server)}`, condition.detail].filter(Boolean).join(" · "));
                return;
            case "failed":
                this.item.text = "Tasklens does not run";
                this.item.detail = plain(condition.reason);
        }
    }

    dispose(): void {
        this.item.dispose();
    }
}

/** Where a server comes from, in words. */
export function from({ from, path }: Server): string {
    switch (from) {
        case "setting":
            return `the setting tasklens.path (${path})`;
        case "environment":
            return `the selected Python environment (${path})`;
        case "PATH":
            return `the PATH (${path})`;
        case "bundled":
            return "the extension";
    }
}
