// Which `tasklens` is started: candidates in their order, each asked who it is before it is trusted with anything.
//
// Knows nothing of VS Code, so that its rules are tests of their own.

import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

/** The shape of the server's JSON that this client was written for. */
export const SCHEMA = 1;

/** How long a program may take to say who it is. */
const PATIENCE = 5_000;

/** A program that may be the server, and where it was named. */
export interface Candidate {
    path: string;
    from: "setting" | "environment" | "PATH" | "bundled";
}

/** A program that answered as the server does. */
export interface Server extends Candidate {
    version: string;
}

/** Why a candidate isn't taken. */
export interface Rejection extends Candidate {
    reason: string;
}

/** What there is to choose from. */
export interface Surroundings {
    /** Whether the user trusts the workspace: else only the bundled program is considered. */
    trusted: boolean;
    /** The setting `tasklens.path`. */
    setting: string;
    /** Folders of programs of the Python environments that are selected. */
    environments: string[];
    /** The variable `PATH`. */
    path: string;
    /** The extension's own copy. */
    bundled: string;
}

const NAME = process.platform === "win32" ? "tasklens.exe" : "tasklens";

/** A path as users write it in settings: from their home, or from the first folder of the workspace. */
export function expanded(path: string, home: string, folder: string | undefined): string {
    const whole = path.trim().replace(/^~(?=$|[\\/])|\$\{userHome\}/g, () => home);
    return folder === undefined ? whole : whole.replace(/\$\{workspaceFolder\}/g, () => folder);
}

/** The candidates, the first choice first; a program is named once. */
export function candidates(around: Surroundings): Candidate[] {
    const bundled: Candidate = { path: around.bundled, from: "bundled" };
    if (!around.trusted) return [bundled];
    const named: Candidate[] = around.setting ? [{ path: around.setting, from: "setting" }] : [];
    // A relative entry would be looked for in whatever folder the editor stands in.
    const folders = around.path.split(delimiter).filter(isAbsolute);
    const all: Candidate[] = [
        ...named,
        ...around.environments.map((folder): Candidate => ({ path: join(folder, NAME), from: "environment" })),
        ...folders.map((folder): Candidate => ({ path: join(folder, NAME), from: "PATH" })),
        bundled,
    ];
    return all.filter((one, at) => all.findIndex((other) => other.path === one.path) === at);
}

/** The first candidate that is the server, with all that were asked before it and are not; each may take `patience` milliseconds. */
export async function choose(all: Candidate[], patience = PATIENCE): Promise<{ server?: Server; rejections: Rejection[] }> {
    const rejections: Rejection[] = [];
    for (const candidate of all) {
        const answer = await probe(candidate.path, patience);
        if ("version" in answer) return { server: { ...candidate, ...answer }, rejections };
        // Nobody promised that the environment and every folder of the PATH have it.
        const promised = candidate.from === "setting" || candidate.from === "bundled";
        if (answer.there || promised) rejections.push({ ...candidate, reason: answer.reason });
    }
    return { rejections };
}

async function probe(path: string, patience: number): Promise<{ version: string } | { there: boolean; reason: string }> {
    if (!isAbsolute(path)) return { there: false, reason: "it is no absolute path" };
    try {
        await access(path, constants.F_OK);
    } catch {
        return { there: false, reason: "there is no such file" };
    }
    try {
        await access(path, constants.X_OK);
    } catch {
        return { there: true, reason: "it may not be executed" };
    }
    return new Promise((resolve) => {
        const refused = (reason: string) => resolve({ there: true, reason });
        // A program may take no notice of a polite signal, and the editor waits for its end.
        const options = { timeout: patience, killSignal: "SIGKILL", windowsHide: true } as const;
        execFile(path, ["server", "--probe"], options, (error, stdout) => {
            if (error?.killed) return refused(`it did not say who it is within ${patience / 1000} s`);
            if (error) return refused(`\`server --probe\` fails: ${error.message.split("\n", 1)[0]}`);
            resolve(read(stdout));
        });
    });
}

/** What an answer to `--probe` says. */
export function read(stdout: string): { version: string } | { there: boolean; reason: string } {
    const refused = (reason: string) => ({ there: true, reason });
    let said: unknown;
    try {
        said = JSON.parse(stdout);
    } catch {
        return refused("its answer to `server --probe` is no JSON");
    }
    const { name, version, schema } = (said ?? {}) as Record<string, unknown>;
    if (name !== "tasklens" || typeof version !== "string") return refused("it is another program");
    if (schema !== SCHEMA) return refused(`it speaks schema ${schema}, and this extension ${SCHEMA}: update the older one`);
    return { version };
}
