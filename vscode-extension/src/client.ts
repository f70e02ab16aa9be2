// The connection to one server process: how it is started, what it is told of settings, and what happens when it dies.

import * as vscode from "vscode";
import {
    CloseAction,
    type ConfigurationParams,
    ErrorAction,
    type ErrorHandler,
    LanguageClient,
    type LanguageClientOptions,
    MessageType,
    type Middleware,
    RevealOutputChannelOn,
    ShowMessageNotification,
} from "vscode-languageclient/node";

import { explicit, names, SECTION } from "./config.ts";
import type { Lenses } from "./lenses.ts";
import type { Outputs } from "./logger.ts";
import { plain } from "./plain.ts";
import type { TaskAt } from "./protocol.ts";
import type { Pythons } from "./python.ts";

/** Documents that are the server's: not git's side of a diff, and no file that exists only in the editor's memory of another one. */
export const SCHEMES = ["file", "untitled"];

/** What a client needs of the rest of the extension. */
export interface Around {
    extension: vscode.Extension<unknown>;
    outputs: Outputs;
    pythons: Pythons;
    lenses: Lenses;
    /** A lens was clicked: the command `tasklens.explain` of the server. */
    explain: (at: TaskAt) => void;
    /** The server ended, and nobody asked it to. */
    died: () => void;
}

/** What goes wrong is told once and in words for users, where the server is started; what the client says of it goes into its output. */
class Quiet extends LanguageClient {
    override error(message: string, data?: unknown): void {
        super.error(message, data, false);
    }
}

/** A client for a program, not started yet. */
export function client(program: string, around: Around): LanguageClient {
    const options: LanguageClientOptions = {
        documentSelector: SCHEMES.map((scheme) => ({ scheme, language: "python" })),
        outputChannel: around.outputs.server,
        traceOutputChannel: around.outputs.trace,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        diagnosticCollectionName: SECTION,
        middleware: middleware(around),
        errorHandler: handler(around),
        initializationFailedHandler: () => false,
    };
    const server = { command: program, args: ["server"] };
    const made = new Quiet(SECTION, "Tasklens Server", { run: server, debug: server }, options);
    made.onNotification(ShowMessageNotification.type, ({ type, message }) => void shower(type)(plain(message)));
    made.registerFeature({
        fillClientCapabilities: (capabilities) => {
            capabilities.experimental = { ...capabilities.experimental, tasklens: { changes: true, panel: true } };
        },
        initialize: () => {},
        getState: () => ({ kind: "static" }),
        clear: () => {},
    });
    return made;
}

function shower(type: MessageType): (message: string) => Thenable<unknown> {
    if (type === MessageType.Error) return vscode.window.showErrorMessage;
    return type === MessageType.Warning ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
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
                    // Asking for it may start the Python extension, and that an interpreter of the folder.
                    const interpreter = vscode.workspace.isTrusted ? await pythons.selected(resource) : undefined;
                    return { ...explicit(known, resource), interpreter };
                });
                return Promise.all(answers);
            },
        },
    };
}

/** A broken message is the server's to survive; whether one that died is started anew is decided where servers are started. */
function handler({ died }: Around): ErrorHandler {
    return {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
            died();
            return { action: CloseAction.DoNotRestart, handled: true };
        },
    };
}
