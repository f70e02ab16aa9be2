//! Holds docs/ to what it says: every hash is computed again, by Tasklens and by real interpreters, every edit is run with the SDK.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::Command;

use cache_core::python::{Module, PythonVersion, Source, Unknown};
use sha2::{Digest, Sha256};
use tasklens_tests::oracle::{self, Answer};
use tasklens_tests::setup::{self, Setup};

/// A row of a table of versions: what the page says of a function under some interpreters.
struct Row {
    /// The block of code above the table.
    code: String,
    function: String,
    pythons: Vec<String>,
    says: Says,
}

#[derive(Debug, PartialEq)]
enum Says {
    Version(String),
    /// The exception's class.
    Raises(String),
}

/// Every row of every table under a heading ``CPython | version of `name` ``, once for each block of code that it is about.
fn rows() -> Vec<Row> {
    let page = std::fs::read_to_string(setup::root().join("docs/how-versions-work.md")).unwrap();
    let mut rows = Vec::new();
    let mut blocks: Vec<String> = Vec::new();
    let mut function: Option<String> = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line == "```python" {
            let code: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(code.join("\n") + "\n");
        } else if let Some(heading) = line.strip_prefix("| CPython | version of `") {
            function = heading.split('`').next().map(str::to_owned);
        } else if let (Some(function), Some(cells)) = (&function, line.strip_prefix("| 3.")) {
            let (pythons, says) =
                format!("3.{cells}").split_once(" | ").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
            let quoted = says.split('`').nth(1).unwrap().to_owned();
            for code in blocks.iter().filter(|code| code.contains(&format!("def {function}("))) {
                rows.push(Row {
                    code: code.clone(),
                    function: function.clone(),
                    pythons: pythons.split(", ").map(str::to_owned).collect(),
                    says: if says.contains("raises") {
                        Says::Raises(quoted.clone())
                    } else {
                        Says::Version(quoted.clone())
                    },
                });
            }
        } else if line.is_empty() && function.take().is_some() {
            blocks.clear();
        }
    }
    assert!(rows.len() >= 15, "the page's tables were not read");
    rows
}

/// A version from the one policy's own: hashed once more.
fn composed(body_version: &str) -> String {
    format!("{:x}", Sha256::digest(body_version))
}

#[test]
fn tasklens_computes_what_the_page_says() {
    for row in rows() {
        let module = Module::parse(Source::from_text(&row.code));
        let is_it = |name: &str| name.rsplit('.').next() == Some(row.function.as_str());
        let function = module.functions().iter().find(|function| is_it(&function.qualname)).unwrap();
        for python in &row.pythons {
            let python: PythonVersion = python.parse().unwrap();
            let ours = match module.body_version(function, python, "") {
                Ok(body) => Says::Version(composed(&body.to_string())),
                Err(Unknown::Raises(exception)) => Says::Raises(exception.split(':').next().unwrap().to_owned()),
                Err(other) => panic!("{} under {python}: {other}", row.function),
            };
            assert_eq!(ours, row.says, "{} under {python}", row.function);
        }
    }
}

#[test]
fn interpreters_compute_what_the_page_says() {
    let setup = Setup::load();
    let rows = rows();
    let mut asked = 0;
    for interpreter in &setup.interpreters {
        let rows: Vec<&Row> = rows.iter().filter(|row| row.pythons.contains(&interpreter.version)).collect();
        let files: Vec<oracle::File> = rows
            .iter()
            .map(|row| oracle::File { name: row.function.clone(), bytes: row.code.clone().into_bytes() })
            .collect();
        let answers = oracle::ask(&setup, interpreter, &files.iter().collect::<Vec<_>>());
        for (row, answer) in rows.iter().zip(answers) {
            let Answer::Functions(functions) = answer else {
                panic!("{} does not compile {}: {answer:?}", interpreter.name(), row.function);
            };
            let function = functions.iter().find(|function| function.name == row.function).unwrap();
            let theirs = match (&function.version, &function.raises) {
                (Some(body), _) => Says::Version(composed(body)),
                (None, raises) => {
                    Says::Raises(raises.clone().unwrap_or_default().split(':').next().unwrap().to_owned())
                }
            };
            assert_eq!(theirs, row.says, "{} under {}", row.function, interpreter.name());
            asked += 1;
        }
    }
    if asked == 0 {
        setup::skip("no interpreter of the page is installed");
    }
}

/// The example of `docs/how-keys-work.md`, by the library, which other tests hold against the SDK; the key is that of its own doc test.
#[test]
fn the_library_computes_the_key_that_the_page_says() {
    use cache_core::key::flyte::{Argument, Default, Interface, Parameter, Signature, Type, Value, key};
    let page = std::fs::read_to_string(setup::root().join("docs/how-keys-work.md")).unwrap();
    let said = |name: &str| {
        let row = page.lines().find_map(|line| line.strip_prefix(&format!("| {name} | `"))).unwrap();
        row.strip_suffix("` |").unwrap().to_owned()
    };
    let x = Parameter { name: "x".into(), r#type: Type::name("int"), default: Default::Required };
    let exp = Parameter { name: "exp".into(), r#type: Type::name("str"), default: Default::Value(Value::str("a")) };
    let signature = Signature { parameters: vec![x, exp], returns: Some(Type::name("int")) };
    let interface = Interface::of(&signature, (3, 12)).unwrap();
    let inputs = interface.bind(&[Argument::Value(Value::Int(3))], &[]).unwrap();
    let hash = inputs.hash(&["exp".to_owned()]).unwrap();
    assert_eq!((hash.as_str(), interface.hash()), (said("inputs hash").as_str(), said("interface hash").as_str()));
    assert_eq!(key("env.task", &hash, interface.hash(), "v1"), said("key"));
}

#[test]
fn the_sdk_recomputes_and_serves_as_the_page_says() {
    let setup = Setup::load();
    let Some(python) = setup.flyte.values().next_back() else {
        return setup::skip("the SDK is not installed");
    };
    let output = Command::new(python)
        .arg("-B")
        .arg(setup::root().join("tests/docs/why_recompute.py"))
        .arg(setup::root().join("docs/why-recompute.md"))
        .output()
        .expect("the SDK's interpreter starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}
