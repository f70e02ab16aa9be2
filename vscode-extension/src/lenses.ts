// Lenses that the editor forgets to ask for: where the focus leaves a text between a key and the question, VS Code drops the question,
// and what stands above a task is what was true before the key. A question that does not come is asked for.

import * as vscode from "vscode";

/** How long after the last change the editor has asked if it means to, in milliseconds. */
const REST = 1_000;

/** Knows of which documents lenses were not asked for since they changed. */
export class Lenses implements vscode.Disposable {
    private readonly unasked = new Map<string, vscode.TextDocument>();
    private readonly watched: vscode.Disposable;
    private timer: NodeJS.Timeout | undefined;

    /** `ask` has the editor ask for a document's lenses. */
    constructor(ask: (document: vscode.TextDocument) => void) {
        this.watched = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
            if (document.languageId !== "python" || contentChanges.length === 0) return;
            this.unasked.set(document.uri.toString(), document);
            clearTimeout(this.timer);
            this.timer = setTimeout(() => {
                const left = [...this.unasked.values()];
                this.unasked.clear();
                left.filter(isSeen).forEach(ask);
            }, REST);
        });
    }

    /** The editor asks. */
    asked(document: vscode.TextDocument): void {
        this.unasked.delete(document.uri.toString());
    }

    dispose(): void {
        clearTimeout(this.timer);
        this.watched.dispose();
    }
}

/** Of what is out of sight lenses are asked for when it is shown. */
function isSeen(document: vscode.TextDocument): boolean {
    return vscode.window.visibleTextEditors.some((editor) => editor.document === document);
}
