// The view in the side bar: the cached tasks of the workspace by environment, with what the next run will do.

import * as vscode from "vscode";

import { plain } from "./plain.ts";
import type { Task, Tasks } from "./protocol.ts";
import type { Life } from "./server.ts";

/** Which tasks are listed. */
export type Filter = "cached" | "recompute" | "attention" | "all";

/** The filters as users choose them. */
export const FILTERS: { filter: Filter; label: string; takes: (task: Task) => boolean }[] = [
    { filter: "cached", label: "Cached tasks", takes: (task) => task.cached },
    { filter: "recompute", label: "Only what will recompute", takes: (task) => task.recomputes },
    { filter: "attention", label: "Only what is not kept", takes: (task) => task.cached && !["kept", "hit", "skipped"].includes(task.news) },
    { filter: "all", label: "All tasks, also those that are not cached", takes: () => true },
];

/** How long the code has to rest before tasks are asked for, in milliseconds. */
const REST = 300;

/** An environment of tasks, or a task. */
export type Node = { environment: string; tasks: Task[] } | Task;

/** Pictures by the word of the news, with the theme's colours. */
const ICONS: Record<string, [string, string?]> = {
    kept: ["pass", "testing.iconPassed"],
    hit: ["pass-filled", "testing.iconPassed"],
    miss: ["circle-large-outline", "charts.blue"],
    skipped: ["debug-step-over", "descriptionForeground"],
    recompute: ["sync", "editorWarning.foreground"],
    "other key": ["sync", "editorWarning.foreground"],
    "stale risk": ["warning", "errorForeground"],
    unknown: ["question", "descriptionForeground"],
    differs: ["versions", "editorWarning.foreground"],
    new: ["add", "charts.blue"],
    "turned on": ["add", "charts.blue"],
    "turned off": ["circle-slash", "descriptionForeground"],
    off: ["circle-outline", "descriptionForeground"],
    uncompared: ["circle-filled", "descriptionForeground"],
};

/** Lists tasks, follows the code, and counts what will recompute. */
export class TasksView implements vscode.Disposable, vscode.TreeDataProvider<Node> {
    private readonly server: Life;
    private readonly changed = new vscode.EventEmitter<undefined>();
    private readonly view: vscode.TreeView<Node>;
    private readonly watched: vscode.Disposable[];
    private timer: NodeJS.Timeout | undefined;
    private loading = false;
    private stale = { open: false, workspace: true };
    private workspace: Tasks | undefined;
    private filter: Filter = "cached";

    readonly onDidChangeTreeData = this.changed.event;

    constructor(server: Life) {
        this.server = server;
        this.view = vscode.window.createTreeView<Node>("tasklens.tasks", { treeDataProvider: this, showCollapseAll: true });
        this.watched = [
            this.view,
            this.changed,
            server.onDidChange(({ workspace }) => this.later(workspace)),
            server.onDidRun((running) => (running ? this.later(true) : this.gone())),
            this.view.onDidChangeVisibility(() => this.later(false)),
        ];
    }

    /** All tasks that are known. */
    get tasks(): Task[] {
        return this.workspace?.tasks ?? [];
    }

    /** Lists other tasks than it did. */
    choose(filter: Filter): void {
        this.filter = filter;
        this.show();
    }

    /** Asks for all of it anew. */
    async refresh(): Promise<void> {
        this.stale.workspace = true;
        await this.load();
    }

    getTreeItem(node: Node): vscode.TreeItem {
        return "tasks" in node ? group(node.environment, node.tasks) : item(node);
    }

    getChildren(node?: Node): Node[] {
        if (node) return "tasks" in node ? node.tasks : [];
        const takes = FILTERS.find(({ filter }) => filter === this.filter)?.takes ?? (() => true);
        const groups = new Map<string, Task[]>();
        for (const task of this.tasks.filter(takes)) {
            groups.set(task.environment, [...(groups.get(task.environment) ?? []), task]);
        }
        return [...groups].map(([environment, tasks]) => ({ environment, tasks }));
    }

    dispose(): void {
        clearTimeout(this.timer);
        vscode.Disposable.from(...this.watched).dispose();
    }

    private later(workspace: boolean): void {
        this.stale.workspace ||= workspace;
        this.stale.open = true;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.load(), REST);
    }

    /** Without a server nothing is known. */
    private gone(): void {
        this.workspace = undefined;
        this.stale.workspace = true;
        this.show();
    }

    /** Asks for what may be another: after an edit the tasks of open files, after a save or a change on disk all. One question at a time. */
    private async load(): Promise<void> {
        if (this.loading) return;
        this.loading = true;
        try {
            while (this.stale.open || this.stale.workspace) {
                const whole = this.stale.workspace || !this.workspace;
                this.stale = { open: false, workspace: false };
                try {
                    const found = await this.server.ask<Tasks & { files: string[] }>("tasks", { open: !whole });
                    this.workspace = whole || !this.workspace ? found : merged(this.workspace, found);
                } catch {
                    // It says why in its log, and with the next change it is asked again.
                    this.stale.workspace ||= whole;
                    return;
                }
                this.show();
            }
        } finally {
            this.loading = false;
        }
    }

    private show(): void {
        const list = this.workspace === undefined ? "unknown" : this.tasks.some((task) => task.cached) ? "tasks" : "none";
        void vscode.commands.executeCommand("setContext", "tasklens.list", list);
        const recompute = this.tasks.filter((task) => task.recomputes).length;
        this.view.badge = recompute
            ? { value: recompute, tooltip: `${recompute} ${recompute === 1 ? "task" : "tasks"} will recompute` }
            : undefined;
        const { pythons = [], baselines = [] } = this.workspace ?? {};
        const label = FILTERS.find(({ filter }) => filter === this.filter)?.label;
        this.view.description = this.filter === "cached" ? undefined : label;
        // Beside a message the editor doesn't show why the list is empty.
        this.view.message = this.getChildren().length ? plain([submits(pythons), ...baselines].join(" · ")) : undefined;
        this.server.describe([...pythons, ...baselines].join(" · "));
        this.changed.fire(undefined);
    }
}

/** Which Pythons submit, in a line; the status item has all of it. */
function submits(pythons: string[]): string {
    // Behind the source stands what others say.
    const sources = [...new Set(pythons.map((python) => python.replace(/; .*$/, ")")))];
    if (sources.length === 1) return sources[0] ?? "";
    const versions = [...new Set(pythons.map((python) => python.split(" ")[1]))];
    return `Python ${versions.join(", ")}, by folder`;
}

/** What is known of the workspace, with the open files' tasks as they are now. */
function merged(known: Tasks, open: Tasks & { files: string[] }): Tasks {
    const files = new Set(open.files);
    const elsewhere = known.tasks.filter((task) => !files.has(task.at.uri));
    const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
    // As the server lists all.
    const order = (a: Task, b: Task) =>
        compare(a.environment, b.environment) || compare(a.at.uri, b.at.uri) || a.at.line - b.at.line;
    return { ...known, tasks: [...elsewhere, ...open.tasks].sort(order) };
}

function group(environment: string, tasks: Task[]): vscode.TreeItem {
    const made = new vscode.TreeItem(environment || "(no environment)", vscode.TreeItemCollapsibleState.Expanded);
    const recompute = tasks.filter((task) => task.recomputes).length;
    made.id = `environment ${environment}`;
    made.iconPath = new vscode.ThemeIcon("package");
    made.description = recompute ? `${tasks.length}, ${recompute} will recompute` : `${tasks.length}`;
    // The label takes all of a narrow bar.
    made.tooltip = `${made.label}: ${made.description}`;
    made.contextValue = "environment";
    return made;
}

function item(task: Task): vscode.TreeItem {
    const made = new vscode.TreeItem(task.function, vscode.TreeItemCollapsibleState.None);
    const [icon, color] = ICONS[task.news] ?? ["question"];
    const at = vscode.Uri.parse(task.at.uri);
    made.iconPath = new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined);
    made.description = `${task.head} · ${task.why}`;
    made.tooltip = `${task.name}\n${task.head} · ${task.why}\n${vscode.workspace.asRelativePath(at)}:${task.at.line + 1}`;
    made.contextValue = task.cached ? "task cached" : "task";
    made.accessibilityInformation = { label: `${task.name}, ${task.head}, ${task.why}` };
    made.command = {
        command: "vscode.open",
        title: "Open",
        arguments: [at, { selection: new vscode.Range(task.at.line, 0, task.at.line, 0) }],
    };
    return made;
}
