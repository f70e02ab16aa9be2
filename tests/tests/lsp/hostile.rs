//! What no editor should send, and some do: an error answer or an empty one, never an end, and never a lens of another text than the
//! editor's.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Client;
use super::lenses::lenses;
use super::project::{PIPE, Project};
use super::sync::hex;

const NONE: [&str; 0] = [];

fn opened() -> (Project, Client, String) {
    let project = Project::new();
    let mut client = Client::initialized(&project.root(), json!({}));
    let uri = project.uri("pipe.py");
    client.open(&uri, PIPE);
    (project, client, uri)
}

/// The server's text of the only document, as its digest.
fn digest(client: &mut Client) -> Value {
    client.request("tasklens/debugInformation", Value::Null).unwrap()["documents"][0]["sha256"].clone()
}

fn change(client: &mut Client, uri: &str, changes: Value) {
    let document = json!({"uri": uri, "version": 2});
    client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
}

fn range(start: (Value, Value), end: (Value, Value)) -> Value {
    json!({"start": {"line": start.0, "character": start.1}, "end": {"line": end.0, "character": end.1}})
}

#[test]
fn requests_about_what_is_not_open_are_answered_with_nothing_or_an_error() {
    let (_project, mut client, _) = opened();
    for uri in [
        "file:///no/such.py",
        "git:/p/a.py?HEAD",
        "untitled:Untitled-9",
        "file:///c%3A/p/a.py",
        "file://server/share/a.py",
    ] {
        let document = json!({"uri": uri});
        let position = json!({"line": 5, "character": 3});
        for method in
            ["textDocument/codeLens", "textDocument/hover", "textDocument/completion", "textDocument/definition"]
        {
            let answer = client.request(method, json!({"textDocument": document, "position": position}));
            let nothing = answer.clone().is_ok_and(|answer| answer.is_null() || answer == json!([]));
            let error = answer.as_ref().is_err_and(|error| error["code"].is_i64());
            assert!(nothing || error, "{method} {uri}: {answer:?}");
        }
    }
    for uri in
        [json!("no uri"), json!(""), json!(7), json!(null), json!("file:"), json!("http://"), json!(["file:///a"])]
    {
        let _ = client.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}}));
        client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }
    assert!(client.request("tasklens/debugInformation", Value::Null).is_ok());
}

#[test]
fn documents_are_opened_twice_edited_unopened_and_closed_twice() {
    let (project, mut client, uri) = opened();
    let before = lenses(&mut client, &uri);
    assert_eq!(before.len(), 2);
    client.open(&uri, "");
    assert_eq!(lenses(&mut client, &uri), NONE);
    client.open(&uri, PIPE);
    assert_eq!(lenses(&mut client, &uri), before);
    change(&mut client, &project.uri("other.py"), json!([{"text": PIPE}]));
    for _ in 0..2 {
        client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
        change(&mut client, &uri, json!([{"text": "x"}]));
        assert_eq!(lenses(&mut client, &uri), NONE);
    }
    client.open(&uri, PIPE);
    assert_eq!(lenses(&mut client, &uri), before);
}

#[test]
fn numbers_that_are_none_are_taken_for_the_nearest() {
    let insert = |text: &str| format!("{text}{PIPE}");
    let append = |text: &str| format!("{PIPE}{text}");
    for (start, end, expected) in [
        ((json!(0), json!(0)), (json!(0), json!(0)), insert("# a\n")),
        ((json!(-1), json!(-7)), (json!(0), json!(-1)), insert("# a\n")),
        ((json!(0.0), json!(0.4)), (json!(0.0), json!(0.0)), insert("# a\n")),
        ((json!(4_294_967_296_u64), json!(0)), (json!(1e300), json!(9_007_199_254_740_991_u64)), append("# a\n")),
        ((json!(2_147_483_647), json!(2_147_483_647)), (json!(u64::MAX), json!(u64::MAX)), append("# a\n")),
        // A start behind the end.
        ((json!(u32::MAX), json!(0)), (json!(0), json!(0)), "# a\n".to_owned()),
    ] {
        let (_project, mut client, uri) = opened();
        change(&mut client, &uri, json!([{"range": range(start.clone(), end.clone()), "text": "# a\n"}]));
        assert_eq!(digest(&mut client), json!(hex(&expected)), "{start:?} {end:?}");
    }
}

#[test]
fn versions_may_be_anything() {
    for version in [json!(null), json!(-1), json!(i64::MAX), json!(1.5), json!(0)] {
        let (_project, mut client, uri) = opened();
        let document = json!({"uri": uri, "version": version});
        let changes = json!([{"text": "x = 1\n"}]);
        client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
        assert_eq!(digest(&mut client), json!(hex("x = 1\n")), "{version}");
    }
}

/// What was edited unheard has another text than the server's, and a version of that would be a wrong one.
#[test]
fn a_document_whose_edit_can_not_be_read_has_no_lenses_until_it_is_opened_again() {
    for changes in [
        json!([{"range": {"start": "here", "end": "there"}, "text": "x"}]),
        json!([{"range": range((json!("0"), json!(0)), (json!(0), json!(0))), "text": "x"}]),
        json!([{"text": 7}]),
        json!("x"),
        json!(null),
    ] {
        let (_project, mut client, uri) = opened();
        assert_eq!(lenses(&mut client, &uri).len(), 2);
        change(&mut client, &uri, changes.clone());
        assert_eq!(lenses(&mut client, &uri), NONE, "{changes}");
        let told = client.wait(|message| message["method"] == "window/showMessage");
        assert!(told["params"]["message"].as_str().unwrap().contains("pipe.py"), "{told}");
        client.open(&uri, PIPE);
        assert_eq!(lenses(&mut client, &uri).len(), 2);
    }
}

/// A half of an emoji, as JavaScript's strings can hold it, and positions between two halves.
#[test]
fn halves_of_characters_keep_columns_right() {
    let (_project, mut client, uri) = opened();
    let text = "a = '\u{1f600}'\n";
    change(&mut client, &uri, json!([{"text": text}]));
    let body = json!({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {
        "textDocument": {"uri": uri, "version": 3},
        "contentChanges": [{"range": range((json!(0), json!(5)), (json!(0), json!(7))), "text": "HALF"}]}});
    let body = body.to_string().replace("HALF", r"\ud83d");
    client.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    change(&mut client, &uri, json!([{"range": range((json!(0), json!(6)), (json!(0), json!(7))), "text": "\""}]));
    assert_eq!(digest(&mut client), json!(hex("a = '\u{fffd}\"\n")));
    change(&mut client, &uri, json!([{"text": text}]));
    change(&mut client, &uri, json!([{"range": range((json!(0), json!(6)), (json!(0), json!(6))), "text": "x"}]));
    assert_eq!(digest(&mut client), json!(hex("a = 'x\u{1f600}'\n")));
}

/// Code that exhausts who follows its nesting, and data that is called code.
#[test]
fn no_text_ends_the_server() {
    let (_project, mut client, uri) = opened();
    let task = |body: &str| PIPE.replace("x + 1", body);
    let texts = [
        ("brackets", task(&format!("{}{}", "[".repeat(1_000), "]".repeat(1_000)))),
        ("many brackets", task(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)))),
        ("open brackets", task(&"([{".repeat(50_000))),
        ("not", task(&format!("{}x", "not ".repeat(100_000)))),
        ("minus", task(&format!("{}x", "-".repeat(100_000)))),
        ("attributes", task(&format!("x{}", ".a".repeat(100_000)))),
        ("calls", task(&format!("x{}", "()".repeat(100_000)))),
        ("sums", task(&format!("x{}", "+x".repeat(100_000)))),
        ("powers", task(&format!("x{}", "**x".repeat(100_000)))),
        ("lambdas", task(&format!("{}x", "lambda: ".repeat(100_000)))),
        ("ternaries", task(&format!("x{}", " if x else x".repeat(100_000)))),
        ("format strings", task(&format!("{}x{}", "f\"{".repeat(10_000), "}\"".repeat(10_000)))),
        ("elif", task(&format!("1\n    if x:\n        pass\n{}", "    elif x:\n        pass\n".repeat(20_000)))),
        ("decorators", format!("{}{PIPE}", "@a\n".repeat(50_000))),
        ("annotations", PIPE.replace("x: int", &format!("x: {}int{}", "list[".repeat(50_000), "]".repeat(50_000)))),
        ("unions", PIPE.replace("x: int", &format!("x: int{}", " | int".repeat(50_000)))),
        (
            "environments",
            PIPE.replace("\"ml\"", &format!("{}1{}", "flyte.TaskEnvironment(".repeat(20_000), ")".repeat(20_000))),
        ),
        ("values", format!("{PIPE}\nflyte.run(train, x={}1{})\n", "[".repeat(50_000), "]".repeat(50_000))),
        ("indentation", (0..2_000).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect()),
        ("zeros", format!("{PIPE}\0\0\0{PIPE}")),
        ("only zeros", "\0".repeat(100_000)),
        ("controls", (0..0x100).map(|code| char::from_u32(code).unwrap()).collect::<String>().repeat(100)),
        ("a wild mix", (0..0x2_0000).filter_map(|code| char::from_u32(code * 7 % 0x11_0000)).collect()),
    ];
    for (what, text) in texts {
        client.open(&uri, &text);
        let answer = client.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}}));
        assert!(answer.is_ok(), "{what}: {answer:?}");
        for method in
            ["textDocument/documentSymbol", "textDocument/hover", "textDocument/diagnostic", "textDocument/completion"]
        {
            let position = json!({"line": 7, "character": 15});
            let _ = client.request(method, json!({"textDocument": {"uri": uri}, "position": position}));
        }
        // Something is typed in the middle of it.
        let place = range((json!(7), json!(12)), (json!(7), json!(13)));
        change(&mut client, &uri, json!([{"range": place, "text": "y"}]));
        let answer = client.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}}));
        assert!(answer.is_ok(), "{what}, edited: {answer:?}");
    }
    client.open(&uri, PIPE);
    assert_eq!(lenses(&mut client, &uri).len(), 2);
}

#[test]
fn five_megabytes_on_a_line_end_nothing_and_hold_up_no_exit() {
    for text in [
        PIPE.replace("x + 1", &format!("{}x", "x + ".repeat(1_250_000))),
        format!("a = \"{}\"\n{PIPE}", "x".repeat(5_000_000)),
        format!("{{\"a\": [{}]}}", "1,".repeat(2_500_000)),
    ] {
        let (_project, mut client, uri) = opened();
        client.open(&uri, &text);
        let asked: Vec<i64> =
            (0..50).map(|_| client.ask("textDocument/codeLens", json!({"textDocument": {"uri": uri}}))).collect();
        // It is being understood, and what needs no understanding is answered before, however many wait.
        assert_eq!(digest(&mut client), json!(hex(&text)));
        assert!(!client.has_heard(|message| asked.iter().any(|id| message["id"] == *id)));
        client.request("shutdown", Value::Null).unwrap();
        client.say(&json!({"jsonrpc": "2.0", "method": "exit"}));
        assert_eq!(client.ended(Duration::from_secs(2)).code(), Some(0));
    }
}

#[test]
fn thousands_of_requests_at_once_are_all_answered() {
    let (_project, mut client, uri) = opened();
    let ids: Vec<i64> = (0..10_000)
        .map(|number| {
            let id = client.ask("textDocument/codeLens", json!({"textDocument": {"uri": uri}}));
            if number % 3 == 0 {
                client.notify("$/cancelRequest", json!({"id": id}));
            }
            id
        })
        .collect();
    for id in ids {
        if let Err(error) = client.answer(id) {
            assert_eq!(error["code"], -32800, "{error}");
        }
    }
}

#[test]
fn a_request_that_is_taken_back_is_answered_so() {
    let (_project, mut client, uri) = opened();
    // Long enough under way to be taken back.
    client.open(&uri, &format!("{PIPE}a = [{}]\n", "1, ".repeat(1_000_000)));
    let id = client.ask("textDocument/codeLens", json!({"textDocument": {"uri": uri}}));
    client.notify("$/cancelRequest", json!({"id": id}));
    let asked = Instant::now();
    let answer = client.answer(id);
    assert_eq!(answer.unwrap_err()["code"], -32800, "after {:?}", asked.elapsed());
    for wrong in [json!({"id": 4711}), json!({"id": "no"}), json!({"id": null}), json!({}), json!([])] {
        client.notify("$/cancelRequest", wrong);
    }
    assert!(client.request("tasklens/debugInformation", Value::Null).is_ok());
}

/// Before it was introduced, and after it was asked to shut down, a server answers with errors only.
#[test]
fn requests_out_of_order_are_errors() {
    let project = Project::new();
    let mut client = Client::start(&project.root());
    let uri = project.uri("pipe.py");
    client.open(&uri, PIPE);
    let lens = |client: &mut Client| client.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}}));
    assert_eq!(lens(&mut client).unwrap_err()["code"], -32002);
    assert_eq!(client.request("initialize", json!(7)).unwrap_err()["code"], -32600);
    client.initialize(&project.root(), json!({}));
    assert_eq!(lens(&mut client), Ok(Value::Null), "it was opened too early");
    client.open(&uri, PIPE);
    assert!(lens(&mut client).unwrap().is_array());
    client.request("shutdown", Value::Null).unwrap();
    assert_eq!(lens(&mut client).unwrap_err()["code"], -32600);
}

#[test]
fn what_can_be_read_of_an_introduction_is_taken() {
    let project = Project::new();
    let root = project.uri("");
    for params in [
        Value::Null,
        json!([]),
        json!({"processId": "x", "rootUri": root, "capabilities": 7}),
        json!({"rootUri": root, "workspaceFolders": 7, "trace": "loud", "locale": 1}),
        json!({"workspaceFolders": [{"uri": root, "name": "w"}], "processId": -1,
               "capabilities": {"textDocument": {"hover": 7}, "general": {"positionEncodings": ["utf-8"]}}}),
    ] {
        let mut client = Client::start(&project.root());
        let answer = client.request("initialize", params.clone()).unwrap();
        let encoding = if params.to_string().contains("utf-8") { "utf-8" } else { "utf-16" };
        assert_eq!(answer["capabilities"]["positionEncoding"], encoding, "{params}");
        client.notify("initialized", json!({}));
        client.open(&project.uri("pipe.py"), PIPE);
        assert_eq!(lenses(&mut client, &project.uri("pipe.py")).len(), 2, "{params}");
    }
}

/// Nothing was opened yet, and nothing is under way.
#[test]
fn the_first_request_of_all_is_answered() {
    let project = Project::new();
    let mut client = Client::start(&project.root());
    client.request("initialize", json!({"capabilities": {}})).unwrap();
    let document = json!({"textDocument": {"uri": project.uri("pipe.py")}});
    assert_eq!(client.request("textDocument/codeLens", document), Ok(Value::Null));
}

/// A task of a buffer that has no file yet can be explained as well.
#[test]
fn a_click_in_an_untitled_document_explains() {
    let project = Project::new();
    let mut client = Client::initialized(&project.root(), json!({}));
    client.open("untitled:Untitled-1", &PIPE.replace("ml", "other"));
    let document = json!({"textDocument": {"uri": "untitled:Untitled-1"}});
    let command = client.request("textDocument/codeLens", document).unwrap()[0]["command"].clone();
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    let text = client.request("workspace/executeCommand", params).unwrap();
    assert!(text.as_str().unwrap().contains("other.train"), "{text}");
}
