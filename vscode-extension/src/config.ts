// The settings that the server is told: those that the user set, and nothing that is only a default. What nobody set is the
// project's file to say.

import { homedir } from "node:os";
import * as vscode from "vscode";

import { expanded } from "./binary.ts";

/** The section of the settings that is ours. */
export const SECTION = "tasklens";

/** What this side of it reads; the server is not told. */
const OWN = new Set(["enable", "path", "trace.server"]);

/** The settings of this side. */
export function own() {
    const config = vscode.workspace.getConfiguration(SECTION);
    return {
        enable: config.get("enable", true),
        path: expanded(config.get("path", ""), homedir(), vscode.workspace.workspaceFolders?.[0]?.uri.fsPath),
    };
}

/** The values that are set for a resource, as the server reads them: parts of a table are objects. */
export function explicit(names: readonly string[], resource: vscode.Uri | undefined): Record<string, unknown> {
    const config = vscode.workspace.getConfiguration(SECTION, resource);
    const said: Record<string, unknown> = {};
    for (const name of names) {
        const found = config.inspect(name);
        const values = [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue];
        // An empty text is a field that was cleared.
        if (OWN.has(name) || values.every((value) => value === undefined || value === "")) continue;
        put(said, name.split("."), config.get(name));
    }
    return said;
}

/** The names of all settings, without the section, from the extension's manifest. */
export function names(extension: vscode.Extension<unknown>): string[] {
    const properties: Record<string, unknown> = extension.packageJSON.contributes.configuration.properties;
    return Object.keys(properties).map((name) => name.slice(SECTION.length + 1));
}

function put(into: Record<string, unknown>, [first, ...rest]: string[], value: unknown): void {
    if (first === undefined) return;
    if (rest.length === 0) {
        into[first] = value;
        return;
    }
    into[first] ??= {};
    put(into[first] as Record<string, unknown>, rest, value);
}
