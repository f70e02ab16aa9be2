// The connection to one server process: how it is started, what it is told of settings, and what happens when it dies.

import * as vscode from "vscode";
import {
    CloseAction,
    type ConfigurationParams,
    ErrorAction,
    type ErrorHandler,
    LanguageClient,
    type LanguageClientOptions,
    type Middleware,
    RevealOutputChannelOn,
    State,
} from "vscode-languageclient/node";

import { explicit, names, SECTION } from "./config.ts";
import type { Lenses } from "./lenses.ts";
import type { Outputs } from "./logger.ts";
import type { TaskAt } from "./protocol.ts";
import type { Pythons } from "./python.ts";

/** So many deaths within so many milliseconds, and it is not started again. */
const DEATHS = { most: 4, within: 3 * 60_000 };

/** What a client needs of the rest of the extension. */
export interface Around {
    extension: vscode.Extension<unknown>;
    outputs: Outputs;
    pythons: Pythons;
    lenses: Lenses;
    /** A lens was clicked: the command `tasklens.explain` of the server. */
    explain: (at: TaskAt) => void;
    /** The server died; `again` says whether it is started anew. */
    died: (again: boolean) => void;
    /** The server runs, or not any more. */
    state: (running: boolean) => void;
}

/** A client for a program, not started yet. */
export function client(program: string, around: Around): LanguageClient {
    const options: LanguageClientOptions = {
        // Not git's side of a diff, and no file that exists only in the editor's memory of another one.
        documentSelector: [
            { scheme: "file", language: "python" },
            { scheme: "untitled", language: "python" },
        ],
        outputChannel: around.outputs.server,
        traceOutputChannel: around.outputs.trace,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        diagnosticCollectionName: SECTION,
        middleware: middleware(around),
        errorHandler: handler(around),
    };
    const server = { command: program, args: ["server"] };
    const made = new LanguageClient(SECTION, "Tasklens Server", { run: server, debug: server }, options);
    made.registerFeature({
        fillClientCapabilities: (capabilities) => {
            capabilities.experimental = { ...capabilities.experimental, tasklens: { changes: true, panel: true } };
        },
        initialize: () => {},
        getState: () => ({ kind: "static" }),
        clear: () => {},
    });
    made.onDidChangeState(({ newState }) => around.state(newState === State.Running));
    return made;
}


/** Has the editor ask for a document's lenses. */
export function askForLenses(made: LanguageClient, document: vscode.TextDocument): void {
    made.getFeature("textDocument/codeLens").getProvider(document)?.onDidChangeCodeLensEmitter.fire();
}

function middleware({ extension, pythons, lenses, explain }: Around): Middleware {
    const known = names(extension);
    return {
        provideCodeLenses: (document, token, next) => {
            lenses.asked(document);
            return next(document, token);
        },
        executeCommand: (command, args, next) => {
            const [uri, line] = args;
            if (command !== "tasklens.explain") return next(command, args);
            if (typeof uri === "string" && typeof line === "number") explain({ uri, line });
            return undefined;
        },
        workspace: {
            configuration: async (params: ConfigurationParams, token, next) => {
                const theirs = await next(params, token);
                const answers = params.items.map(async ({ section, scopeUri }, at) => {
                    if (section !== SECTION) return Array.isArray(theirs) ? theirs[at] : null;
                    const resource = scopeUri === undefined ? undefined : vscode.Uri.parse(scopeUri);
                    return { ...explicit(known, resource), interpreter: await pythons.selected(resource) };
                });
                return Promise.all(answers);
            },
        },
    };
}

/** Starts a server that died anew, unless it does nothing but die; a broken message is the server's to survive. */
function handler({ died }: Around): ErrorHandler {
    const deaths: number[] = [];
    return {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
            const now = Date.now();
            deaths.push(now);
            const recent = deaths.filter((time) => now - time < DEATHS.within).length;
            const again = recent <= DEATHS.most;
            died(again);
            return { action: again ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
        },
    };
}
