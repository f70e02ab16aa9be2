// The commands: each asks the server and shows what it answers. A task is named by the view, by a lens, or by where the cursor is.

import * as vscode from "vscode";

import { SCHEMES } from "./client.ts";
import { SECTION } from "./config.ts";
import type { Outputs } from "./logger.ts";
import type { Panel } from "./panel.ts";
import { plain } from "./plain.ts";
import type { Baseline, BaselineText, Cleared, Explanation, Input, TaskAt } from "./protocol.ts";
import { from } from "./status.ts";
import type { Life } from "./server.ts";
import { FILTERS, type TasksView } from "./tasks.ts";

/** The scheme of files as they were at the baseline. */
const BASELINE = "tasklens-baseline";

interface Parts {
    server: Life;
    panel: Panel;
    view: TasksView;
    logs: Outputs;
}

/** Registers all commands. */
export function registerCommands(parts: Parts): vscode.Disposable[] {
    const { server, panel, view, logs } = parts;
    const earlier = new Map<string, string>();
    const shown = new vscode.EventEmitter<vscode.Uri>();
    const provider: vscode.TextDocumentContentProvider = {
        onDidChange: shown.event,
        provideTextDocumentContent: (uri) => earlier.get(uri.toString()) ?? "",
    };
    const ofTask: Record<string, (at: TaskAt) => Promise<unknown>> = {
        explainTask: (at) => panel.explain(at),
        showGraph: (at) => panel.graph(at),
        compareVersions: (at) => compare(at),
        copyVersion: (at) => copyVersion(server, at),
        copyKey: (at) => copyKey(server, at),
        checkInputs: (at) => checkInputs(server, panel, at),
        showOutput: (at) => showOutput(server, at),
        clearEntries: (at) => clearEntries(server, at),
        keepCache: (at) => edit("tasklens.keep", at),
        unpinTask: (at) => edit("tasklens.unpin", at),
        bumpVersion: (at) => edit("tasklens.bump", at),
    };
    const others: Record<string, (...args: never[]) => unknown> = {
        goToTask: () => goToTask(view),
        writeLock: () => writeLock(server),
        chooseBaseline: () => chooseBaseline(server),
        filterTasks: () => filterTasks(view),
        refreshTasks: () => view.refresh(),
        restart: () => server.restart(),
        showLog: () => logs.client.show(),
        debugInformation: () => debugInformation(server),
        openPlace: (at: TaskAt) => openPlace(at),
        copyText: (text: string) => vscode.env.clipboard.writeText(String(text)),
    };

    /** Side by side, as the code was at the baseline and as it is. */
    async function compare(at: TaskAt): Promise<void> {
        const uri = vscode.Uri.parse(at.uri);
        const found = await server.ask<BaselineText>("baselineText", at);
        const before = uri.with({ scheme: BASELINE, query: found.name });
        earlier.set(before.toString(), found.text);
        shown.fire(before);
        const name = uri.path.split("/").at(-1);
        const selection = new vscode.Range(at.line, 0, at.line, 0);
        await vscode.commands.executeCommand("vscode.diff", before, uri, `${name} (${found.name} ↔ now)`, {
            selection,
            viewColumn: vscode.ViewColumn.One,
        });
    }

    /** Has the server plan an edit and the editor make it; what is true then is said. */
    async function edit(command: string, at: TaskAt): Promise<void> {
        await vscode.workspace.openTextDocument(vscode.Uri.parse(at.uri));
        const effect = await server.command<string | null>(command, [at.uri, at.line]);
        if (effect) vscode.window.setStatusBarMessage(`Tasklens: ${effect.split("\n", 1)[0]}`, 10_000);
    }

    const guarded = (work: () => unknown) => async () => {
        try {
            return await work();
        } catch (error) {
            const message = error instanceof Error ? error.message : String(error);
            logs.client.warn(message);
            void vscode.window.showWarningMessage(plain(`Tasklens: ${message}`));
        }
    };
    const register = (name: string, run: (...args: never[]) => unknown) =>
        vscode.commands.registerCommand(`${SECTION}.${name}`, (...args) => guarded(() => run(...(args as never[])))());
    return [
        shown,
        vscode.workspace.registerTextDocumentContentProvider(BASELINE, provider),
        ...Object.entries(others).map(([name, run]) => register(name, run)),
        ...Object.entries(ofTask).map(([name, run]) =>
            register(name, async (named?: unknown) => {
                const at = await meant(parts, named);
                return at && run(at);
            }),
        ),
    ];
}

/** The task that a command is about: named, under the cursor, or chosen. */
async function meant({ view, panel }: Parts, named: unknown): Promise<TaskAt | undefined> {
    const said = named as Partial<TaskAt> & { at?: TaskAt } & Partial<vscode.Uri>;
    if (said?.at) return said.at;
    if (typeof said?.uri === "string" && typeof said.line === "number") return { uri: said.uri, line: said.line };
    if (panel.at) return panel.at;
    const editor = vscode.window.activeTextEditor;
    // Not the side of a diff that is no file, and no cell of a notebook: the server knows nothing of those.
    if (editor?.document.languageId === "python" && SCHEMES.includes(editor.document.uri.scheme)) {
        return { uri: editor.document.uri.toString(), line: editor.selection.active.line };
    }
    return chooseTask(view);
}

/** A task from the list of all that are cached. */
async function chooseTask(view: TasksView): Promise<TaskAt | undefined> {
    if (view.tasks.length === 0) await view.refresh();
    const cached = view.tasks.filter((task) => task.cached);
    if (cached.length === 0) throw new Error("no cached Flyte tasks are found in this folder");
    const items = cached.map((task) => ({ label: task.name, description: `${task.head} · ${task.why}`, at: task.at }));
    const chosen = await vscode.window.showQuickPick(items, { placeHolder: "Which task?", matchOnDescription: true });
    return chosen?.at;
}

async function goToTask(view: TasksView): Promise<void> {
    const at = await chooseTask(view);
    if (at) await openPlace(at);
}

/** Shows a line where its file is shown already, else beside the panel. */
async function openPlace({ uri, line }: TaskAt): Promise<void> {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    const shown = vscode.window.visibleTextEditors.filter((editor) => editor.viewColumn !== undefined);
    const already = shown.find((editor) => editor.document === document) ?? shown[0];
    const selection = new vscode.Range(line, 0, line, 0);
    await vscode.window.showTextDocument(document, { selection, viewColumn: already?.viewColumn ?? vscode.ViewColumn.One });
}

async function copyVersion(server: Life, at: TaskAt): Promise<void> {
    const { task, version } = await server.ask<Explanation>("explain", at);
    if (version === null) throw new Error(`the version of ${task} is not known: explain the task to see why`);
    await vscode.env.clipboard.writeText(version);
    vscode.window.setStatusBarMessage(`Tasklens: version of ${task} copied`, 5_000);
}

async function copyKey(server: Life, at: TaskAt): Promise<void> {
    const found = await server.ask<Explanation>("explain", at);
    const key = await chooseKey(found, "Which inputs?");
    if (!key) return;
    await vscode.env.clipboard.writeText(key);
    vscode.window.setStatusBarMessage(`Tasklens: key of ${found.task} copied`, 5_000);
}

async function chooseKey({ task, keys }: Explanation, placeHolder: string, entry?: string): Promise<string | undefined> {
    const fitting = keys.filter((one) => entry === undefined || one.entry === entry);
    if (fitting.length === 0) {
        if (keys.length === 0) throw new Error(`no key of ${task} is known: check inputs of your own, or explain the task to see why`);
        if (keys.some((one) => one.entry === "not asked")) {
            throw new Error(`the local cache could not be asked for entries of ${task}: explain the task to see why`);
        }
        throw new Error(`no known inputs of ${task} have an entry in the local cache`);
    }
    if (fitting.length === 1) return fitting[0]?.key;
    const items = fitting.map((one) => ({ label: one.inputs, description: one.entry, detail: one.key, key: one.key }));
    return (await vscode.window.showQuickPick(items, { placeHolder }))?.key;
}

/** Asks for one input after the other, each checked by the server as it is typed; then explains the task for them. */
async function checkInputs(server: Life, panel: Panel, at: TaskAt): Promise<void> {
    const { task, inputs } = await server.ask<{ task: string; inputs: Input[] }>("inputs", at);
    const given: Record<string, string> = {};
    for (const [step, input] of inputs.entries()) {
        const value = await askInput(server, at, task, input, `${step + 1} of ${inputs.length}`);
        if (value === undefined) return;
        // An empty answer takes the default, which an input without one has not.
        if (value !== "" || input.default === null) given[input.name] = value;
    }
    await panel.explain(at, given);
}

function askInput(server: Life, at: TaskAt, task: string, input: Input, step: string): Thenable<string | undefined> {
    const type = input.annotation ? `: ${input.annotation}` : "";
    const counts = input.ignored ? " · ignored: not in the key" : "";
    const hint = input.default === null ? (input.example ?? "a value") : `empty for the default ${input.default}`;
    return vscode.window.showInputBox({
        title: `${task} (${step})`,
        prompt: plain(`${input.name}${type}${counts}, as JSON or Python`),
        placeHolder: hint,
        ignoreFocusOut: true,
        validateInput: async (value) => {
            if (value === "" && input.default !== null) return undefined;
            const reason = await server.ask<string | null>("validateInput", { ...at, name: input.name, value });
            return reason === null ? undefined : plain(reason);
        },
    });
}

async function showOutput(server: Life, at: TaskAt): Promise<void> {
    const found = await server.ask<Explanation>("explain", at);
    const key = await chooseKey(found, "The output for which inputs?", "hit");
    if (!key) return;
    const text = await server.ask<string>("output", { ...at, key });
    const document = await vscode.workspace.openTextDocument({ content: text });
    await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
}

async function clearEntries(server: Life, at: TaskAt): Promise<void> {
    const planned = await server.ask<Cleared>("clear", { ...at, really: false });
    if (planned.entries === 0) {
        void vscode.window.showInformationMessage(plain(planned.sentence));
        return;
    }
    const detail = `${planned.path}\nThe next run with these inputs computes them again.`;
    const chosen = await vscode.window.showWarningMessage(plain(planned.sentence), { modal: true, detail }, "Remove");
    if (chosen !== "Remove") return;
    const done = await server.ask<Cleared>("clear", { ...at, really: true });
    void vscode.window.showInformationMessage(plain(done.sentence));
}

async function writeLock(server: Life): Promise<void> {
    const resource = vscode.window.activeTextEditor?.document.uri ?? vscode.workspace.workspaceFolders?.[0]?.uri;
    if (!resource) throw new Error("open a folder first: the lock file is of a project");
    const folder = vscode.workspace.getWorkspaceFolder(resource)?.uri ?? vscode.Uri.joinPath(resource, "..");
    // What is not saved is in no commit, and the lock belongs to one.
    await vscode.workspace.saveAll(false);
    const said = await server.run(["lock"], folder.fsPath);
    const chosen = await vscode.window.showInformationMessage(plain(`Tasklens: ${said}`), "Show");
    // It begins with the file that it wrote, from the folder.
    const file = /^(.*tasklens\.lock): /.exec(said)?.[1];
    if (chosen && file) await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, file));
}

async function chooseBaseline(server: Life): Promise<void> {
    const resource = vscode.window.activeTextEditor?.document.uri ?? vscode.workspace.workspaceFolders?.[0]?.uri;
    if (!resource) throw new Error("open a folder first: a baseline is a revision of its repository");
    const folder = vscode.workspace.getWorkspaceFolder(resource);
    const isOneOfMany = folder && (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
    const code = isOneOfMany ? `the code of ${folder.name}` : "the code";
    const found = await server.ask<Baseline[]>("baselines", { uri: resource.toString() });
    const items = found.map((one) => ({
        label: `${one.current ? "$(check) " : ""}${one.name}`,
        description: one.detail,
        revision: one.revision as string | undefined,
    }));
    const other = { label: "Another revision…", description: "a tag, a commit", revision: undefined };
    const chosen = await vscode.window.showQuickPick([...items, other], { placeHolder: `Compare ${code} with` });
    if (!chosen) return;
    const typed = () => vscode.window.showInputBox({ prompt: "A git revision: a branch, a tag, a commit" });
    const revision = chosen.revision ?? (await typed())?.trim();
    if (revision === undefined) return;
    const target = folder ? vscode.ConfigurationTarget.WorkspaceFolder : vscode.ConfigurationTarget.Global;
    await vscode.workspace.getConfiguration(SECTION, resource).update("baseline", revision || undefined, target);
}

async function filterTasks(view: TasksView): Promise<void> {
    const chosen = await vscode.window.showQuickPick(FILTERS, { placeHolder: "Which tasks are listed?" });
    if (chosen) view.choose(chosen.filter);
}

async function debugInformation(server: Life): Promise<void> {
    const program = server.program;
    const said = {
        client: { editor: `${vscode.env.appName} ${vscode.version}`, trusted: vscode.workspace.isTrusted },
        program: program && { ...program, from: from(program) },
        // Whoever asks may do so because there is none.
        server: await server.ask<unknown>("debugInformation").catch((error: Error) => error.message),
    };
    const content = `${JSON.stringify(said, undefined, 2)}\n`;
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language: "json" }));
}
