// Where the editor starts the extension: makes its parts and connects them. All that is known of code comes from the server.

import * as vscode from "vscode";

import { registerCommands } from "./commands.ts";
import { SECTION } from "./config.ts";
import { outputs } from "./logger.ts";
import { Panel } from "./panel.ts";
import { Pythons } from "./python.ts";
import { Life } from "./server.ts";
import { TasksView } from "./tasks.ts";

let life: Life | undefined;

/** Called at the first Python file, or when the view is opened. */
export function activate(context: vscode.ExtensionContext): void {
    const logs = outputs();
    const pythons = new Pythons();
    const server = new Life(context.extension, logs, pythons);
    life = server;
    const panel = new Panel(context.extensionUri, server);
    const view = new TasksView(server);
    server.explain = (at) => void panel.explain(at);
    context.subscriptions.push(logs, pythons, server, panel, view, ...registerCommands({ server, panel, view, logs }));
    context.subscriptions.push(
        vscode.workspace.onDidChangeConfiguration((change) => {
            const changed = (name: string) => change.affectsConfiguration(`${SECTION}.${name}`);
            if (changed("enable") || changed("path")) void server.restart();
            else if (changed("trace.server")) void server.trace();
        }),
        vscode.workspace.onDidGrantWorkspaceTrust(() => void server.restart()),
        pythons.onDidChange(() => void server.interpreterChanged()),
    );
    void vscode.commands.executeCommand("setContext", "tasklens.active", true);
    // Not waited for: the editor has other extensions to start.
    void server.restart();
}

/** Called when the window closes. */
export function deactivate(): Promise<void> | undefined {
    return life?.end();
}
