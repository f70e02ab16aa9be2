// The server's life: found, started, restarted, stopped. One at a time, whatever happens meanwhile.

import { execFile } from "node:child_process";
import { join } from "node:path";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { State, Trace } from "vscode-languageclient/node";

import { candidates, choose, type Rejection, type Server, type Surroundings } from "./binary.ts";
import { askForLenses, client } from "./client.ts";
import { own, SECTION } from "./config.ts";
import { Lenses } from "./lenses.ts";
import type { Outputs } from "./logger.ts";
import { plain } from "./plain.ts";
import type { TaskAt } from "./protocol.ts";
import type { Pythons } from "./python.ts";
import { Status } from "./status.ts";

/** So many deaths within so many milliseconds, and it is not started again. */
const DEATHS = { most: 4, within: 3 * 60_000 };

/** How long a server may take until it runs, in milliseconds: it answers before it reads anything. */
const PATIENCE = 20_000;

/** What the server says when something may be another than it was. */
export interface Changed {
    /** More than the text of open documents. */
    workspace: boolean;
}

/** Starts the server and keeps it. */
export class Life implements vscode.Disposable {
    private readonly status = new Status();
    private readonly changed = new vscode.EventEmitter<Changed>();
    private readonly running = new vscode.EventEmitter<boolean>();
    private readonly extension: vscode.Extension<unknown>;
    private readonly outputs: Outputs;
    private readonly pythons: Pythons;
    private readonly lenses = new Lenses((document) => this.current && askForLenses(this.current, document));
    private current: LanguageClient | undefined;
    private server: Server | undefined;
    private detail = "";
    /** What is done with the server comes one after the other. */
    private last: Promise<void> = Promise.resolve();
    private told = false;
    /** When it ended unasked, since somebody last started it. */
    private deaths: number[] = [];

    readonly onDidChange = this.changed.event;
    readonly onDidRun = this.running.event;

    /** Hears of lenses that were clicked. */
    explain: (at: TaskAt) => void = () => {};

    constructor(extension: vscode.Extension<unknown>, outputs: Outputs, pythons: Pythons) {
        this.extension = extension;
        this.outputs = outputs;
        this.pythons = pythons;
    }

    /** The server's program, if it runs. */
    get program(): Server | undefined {
        return this.server;
    }

    /** Starts it, or starts it anew. */
    restart(): Promise<void> {
        this.deaths = [];
        return this.again();
    }

    /** Asks for what is no request of the protocol; throws what the server answers, in words for the user. */
    async ask<T>(method: string, params: object = {}): Promise<T> {
        await this.last;
        if (!this.current) throw new Error("the server does not run: see the output Tasklens");
        return this.current.sendRequest<T>(`tasklens/${method}`, params);
    }

    /** Has the server run one of its commands. */
    async command<T>(command: string, args: unknown[]): Promise<T> {
        await this.last;
        if (!this.current) throw new Error("the server does not run: see the output Tasklens");
        return this.current.sendRequest<T>("workspace/executeCommand", { command, arguments: args });
    }

    /** Runs the same program as a command line, for what it does with files on disk; what it says, or throws that. */
    async run(args: string[], folder: string): Promise<string> {
        await this.last;
        const program = this.server?.path;
        if (!program) throw new Error("the server does not run: see the output Tasklens");
        return new Promise((resolve, reject) => {
            execFile(program, args, { cwd: folder, windowsHide: true }, (error, stdout, stderr) => {
                // Who speaks is said by where it is shown.
                const said = `${stdout}${stderr}`.trim().replace(/^tasklens: /gm, "");
                if (error) reject(new Error(said || error.message));
                else resolve(said);
            });
        });
    }

    /** Another interpreter is selected: it is the one that submits, and its environment may have a server of its own. */
    interpreterChanged(): Promise<void> {
        return this.next(async () => {
            const { enable, path } = own();
            if (!enable) return;
            const { server } = await choose(candidates(await this.surroundings(path)));
            if (server && server.path !== this.server?.path) {
                await this.stop();
                await this.start();
            } else {
                // It asks for its settings again.
                await this.current?.sendNotification("workspace/didChangeConfiguration", { settings: null });
            }
        });
    }

    /** What the status item says besides. */
    describe(detail: string): void {
        this.detail = detail;
        if (this.server) this.status.show({ is: "running", server: this.server, detail });
    }

    dispose(): void {
        this.lenses.dispose();
        this.status.dispose();
        this.changed.dispose();
        this.running.dispose();
    }

    /** Ends the server; when the editor does. */
    end(): Promise<void> {
        return this.next(() => this.stop());
    }

    private again(): Promise<void> {
        return this.next(async () => {
            await this.stop();
            await this.start();
        });
    }

    private next(step: () => Promise<void>): Promise<void> {
        this.last = this.last.then(step).catch((error) => this.failed(String(error?.message ?? error)));
        return this.last;
    }

    private async stop(): Promise<void> {
        const stopped = this.current;
        this.current = undefined;
        this.server = undefined;
        await stopped?.stop(2_000).catch(() => undefined);
        await stopped?.dispose().catch(() => undefined);
    }

    private async start(): Promise<void> {
        const { enable, path } = own();
        if (!enable) {
            this.status.show({ is: "off" });
            this.running.fire(false);
            return;
        }
        this.status.show({ is: "starting" });
        const { server, rejections } = await choose(candidates(await this.surroundings(path)));
        for (const one of rejections) this.outputs.client.warn(`not started: ${words(one)}`);
        if (!server) {
            const named = rejections.find((one) => one.from === "setting") ?? rejections[0];
            return this.failed(named ? words(named) : "there is no tasklens");
        }
        const rejected = rejections.find((one) => one.from === "setting");
        if (rejected) void this.offer(`Tasklens: ${words(rejected)} Started instead: ${server.path}`, "warn");
        this.outputs.client.info(`starting ${server.path} ${server.version}, from: ${server.from}`);
        let ended = () => {};
        const made = client(server.path, {
            extension: this.extension,
            outputs: this.outputs,
            pythons: this.pythons,
            lenses: this.lenses,
            explain: (at) => this.explain(at),
            died: () => {
                ended();
                this.died(made);
            },
        });
        this.current = made;
        made.onNotification("tasklens/changed", (changed: Changed) => this.changed.fire(changed));
        try {
            await running(made, (hear) => {
                ended = hear;
            });
        } catch (error) {
            // One that half runs would be in the way of the next.
            await this.stop();
            const reason = error instanceof Error ? error.message : String(error);
            throw new Error(`${server.path} says that it is the server, and does not start (${reason}): see the output Tasklens Server`);
        }
        this.server = server;
        await this.trace();
        this.describe(this.detail);
        this.running.fire(true);
    }

    private async surroundings(setting: string): Promise<Surroundings> {
        const trusted = vscode.workspace.isTrusted;
        return {
            trusted,
            setting,
            // Asking for them may start the Python extension, and that an interpreter of the folder.
            environments: trusted ? await this.pythons.folders() : [],
            path: process.env.PATH ?? "",
            bundled: join(this.extension.extensionPath, "bin", process.platform === "win32" ? "tasklens.exe" : "tasklens"),
        };
    }

    /** Follows the setting `tasklens.trace.server`. */
    async trace(): Promise<void> {
        const said = vscode.workspace.getConfiguration(SECTION).get<string>("trace.server", "off");
        await this.current?.setTrace(Trace.fromString(said));
    }

    private failed(reason: string): void {
        this.outputs.client.error(reason);
        this.status.show({ is: "failed", reason });
        this.running.fire(false);
        void this.offer(`Tasklens does not run: ${reason}`, "error");
    }

    /** It is started again, unless it does nothing but die; the user is told once, however often it happens. */
    private died(which: LanguageClient): void {
        // Of one that never came up is told where it was started.
        if (which !== this.current || !this.server) return;
        const now = Date.now();
        this.deaths = [...this.deaths.filter((time) => now - time < DEATHS.within), now];
        if (this.deaths.length > DEATHS.most) {
            this.current = undefined;
            this.server = undefined;
            void which.dispose().catch(() => undefined);
            this.failed("the server ended several times: see its log, and please report it");
            return;
        }
        this.outputs.client.error("the server ended; it is started again");
        void this.again();
        if (this.told) return;
        this.told = true;
        void this.offer("The Tasklens server ended unexpectedly. It is started again.", "warn");
    }

    private async offer(message: string, level: "warn" | "error"): Promise<void> {
        const show = level === "warn" ? vscode.window.showWarningMessage : vscode.window.showErrorMessage;
        const chosen = await show(plain(message), "Show Log");
        if (chosen) this.outputs.client.show(true);
    }
}

/** Waits until a server runs. Where its program ends meanwhile, the client's own promise may say that it does, or nothing ever. */
async function running(made: LanguageClient, onEnd: (hear: () => void) => void): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const failed = new Promise<never>((_, reject) => {
        onEnd(() => reject(new Error("it ended")));
        timer = setTimeout(() => reject(new Error(`it did not answer within ${PATIENCE / 1000} s`)), PATIENCE);
    });
    try {
        await Promise.race([made.start(), failed]);
        if (made.state !== State.Running) throw new Error("it ended");
    } finally {
        clearTimeout(timer);
    }
}

function words({ path, from, reason }: Rejection): string {
    const named = from === "setting" ? "the setting tasklens.path names " : "";
    return `${named}${path || "an empty path"}: ${reason}.`;
}
