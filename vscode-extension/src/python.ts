// The interpreter that the user selected in the Python extension, where that is installed: it is the one that submits runs.
//
// Nothing of it is started here: the Python extension knows the version.

import { dirname } from "node:path";
import * as vscode from "vscode";

/** How long lenses wait for the Python extension, in milliseconds: it may start tools that take long. */
const PATIENCE = 2_000;

/** What the server is told of an interpreter. */
export interface Interpreter {
    /** `3.12.7` */
    version: string;
    path: string;
}

/** What of the Python extension's interface is used. */
interface PythonApi {
    environments: {
        getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
        resolveEnvironment(path: unknown): Promise<Environment | undefined>;
        onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
    };
}

interface Environment {
    executable: { uri?: vscode.Uri };
    version?: { major: number; minor: number; micro: number };
}

/** Which interpreters are selected; tells when another one is. */
export class Pythons implements vscode.Disposable {
    private readonly changed = new vscode.EventEmitter<void>();
    private readonly watched: vscode.Disposable[] = [this.changed];
    /** By resource, what was said last. */
    private readonly last = new Map<string, Interpreter | undefined>();
    private known: Promise<PythonApi | undefined> | undefined;

    /** Another interpreter was selected. */
    readonly onDidChange = this.changed.event;

    /** The interpreter that is selected for a resource; while the Python extension takes its time the one that it named last, if any. */
    async selected(resource: vscode.Uri | undefined): Promise<Interpreter | undefined> {
        const key = resource?.toString() ?? "";
        let late = false;
        const found = this.resolved(resource).then((interpreter) => {
            const news = JSON.stringify(interpreter) !== JSON.stringify(this.last.get(key));
            this.last.set(key, interpreter);
            if (late && news) this.changed.fire();
            return interpreter;
        });
        let timer: NodeJS.Timeout | undefined;
        const patience = new Promise<Interpreter | undefined>((resolve) => {
            timer = setTimeout(() => {
                late = true;
                resolve(this.last.get(key));
            }, PATIENCE);
        });
        const answer = await Promise.race([found, patience]);
        clearTimeout(timer);
        return answer;
    }

    private async resolved(resource: vscode.Uri | undefined): Promise<Interpreter | undefined> {
        this.known ??= this.connect();
        const environments = (await this.known)?.environments;
        if (!environments) return undefined;
        try {
            const found = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(resource));
            const [version, uri] = [found?.version, found?.executable.uri];
            if (!version || !uri) return undefined;
            return { version: `${version.major}.${version.minor}.${version.micro}`, path: uri.fsPath };
        } catch {
            // Its interpreter may be gone, and then it is no answer.
            return undefined;
        }
    }

    /** The folders of programs of the environments that are selected in the workspace. */
    async folders(): Promise<string[]> {
        const resources = vscode.workspace.workspaceFolders?.map((folder) => folder.uri) ?? [undefined];
        const found = await Promise.all(resources.map((resource) => this.selected(resource)));
        return [...new Set(found.flatMap((interpreter) => (interpreter ? [dirname(interpreter.path)] : [])))];
    }

    dispose(): void {
        vscode.Disposable.from(...this.watched).dispose();
    }

    private async connect(): Promise<PythonApi | undefined> {
        const extension = vscode.extensions.getExtension<PythonApi>("ms-python.python");
        if (!extension) {
            // It may be installed or enabled later.
            const once = vscode.extensions.onDidChange(() => {
                if (!vscode.extensions.getExtension("ms-python.python")) return;
                once.dispose();
                this.known = undefined;
                this.changed.fire();
            });
            this.watched.push(once);
            return undefined;
        }
        try {
            const api = await extension.activate();
            if (!api?.environments) return undefined;
            this.watched.push(api.environments.onDidChangeActiveEnvironmentPath(() => this.changed.fire()));
            return api;
        } catch {
            return undefined;
        }
    }
}
