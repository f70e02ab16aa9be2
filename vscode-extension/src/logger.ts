// The outputs: what the extension does, what the server says, and the messages between them.

import * as vscode from "vscode";

/** The three channels. */
export interface Outputs extends vscode.Disposable {
    client: vscode.LogOutputChannel;
    server: vscode.LogOutputChannel;
    trace: vscode.LogOutputChannel;
}

/** Makes the channels, which are empty until something is said. */
export function outputs(): Outputs {
    const log = (name: string) => vscode.window.createOutputChannel(name, { log: true });
    const [client, server, trace] = [log("Tasklens"), log("Tasklens Server"), log("Tasklens Trace")];
    return { client, server, trace, dispose: () => vscode.Disposable.from(client, server, trace).dispose() };
}
