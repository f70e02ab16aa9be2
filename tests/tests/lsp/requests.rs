//! Every message that the protocol has for a document, so that storms meet each handler that there is, and each that there will be.

use serde_json::{Value, json};
use tasklens_tests::rng::Rng;

/// What is asked about a document.
const OF_A_DOCUMENT: [&str; 11] = [
    "textDocument/codeLens",
    "textDocument/codeLens",
    "textDocument/diagnostic",
    "textDocument/documentSymbol",
    "textDocument/documentLink",
    "textDocument/foldingRange",
    "textDocument/documentColor",
    "textDocument/semanticTokens/full",
    "textDocument/inlayHint",
    "textDocument/codeAction",
    "textDocument/formatting",
];

/// What is asked about a place in one.
const OF_A_PLACE: [&str; 13] = [
    "textDocument/hover",
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/declaration",
    "textDocument/typeDefinition",
    "textDocument/implementation",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/signatureHelp",
    "textDocument/prepareCallHierarchy",
];

/// A request about a document: its method and its params. Places are anywhere, beyond its end too.
pub fn any(random: &mut Rng, uri: &str) -> (&'static str, Value) {
    let document = json!({"uri": uri});
    let (start, end) = (position(random), position(random));
    let range = json!({"start": start, "end": end});
    match random.below(10) {
        0..5 => {
            let method = *random.pick(&OF_A_DOCUMENT);
            let context = json!({"diagnostics": [], "triggerKind": 1});
            (method, json!({"textDocument": document, "range": range, "context": context, "options": {}}))
        }
        5..8 => {
            let method = *random.pick(&OF_A_PLACE);
            let context = json!({"includeDeclaration": true, "triggerKind": 1, "isRetrigger": false});
            (method, json!({"textDocument": document, "position": start, "context": context, "newName": "other"}))
        }
        8 => {
            let line = random.below(300);
            ("workspace/executeCommand", json!({"command": "tasklens.explain", "arguments": [uri, line]}))
        }
        _ => match random.below(3) {
            0 => ("workspace/symbol", json!({"query": "t"})),
            1 => ("workspace/diagnostic", json!({"previousResultIds": []})),
            _ => ("tasklens/debugInformation", Value::Null),
        },
    }
}

fn position(random: &mut Rng) -> Value {
    const FAR: [u64; 4] = [0, 1_000, 2_147_483_647, 4_294_967_295];
    let number = |random: &mut Rng| {
        if random.below(10) == 0 { *random.pick(&FAR) } else { random.below(60) as u64 }
    };
    json!({"line": number(random), "character": number(random)})
}
