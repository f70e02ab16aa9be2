// Stands in for the Python extension: the part of its interface that is used, over an interpreter that is only said to be there.
const vscode = require("vscode");

exports.activate = (context) => {
    const changed = new vscode.EventEmitter();
    let selected;
    const select = () => {
        selected = { version: { major: 3, minor: 13, micro: 0 }, executable: { uri: vscode.Uri.file("/opt/py313/bin/python") } };
        changed.fire({});
    };
    context.subscriptions.push(vscode.commands.registerCommand("fakePython.select", select));
    return {
        environments: {
            getActiveEnvironmentPath: () => ({ path: "python" }),
            resolveEnvironment: async () => selected,
            onDidChangeActiveEnvironmentPath: changed.event,
        },
    };
};
