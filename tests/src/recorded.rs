//! The cases with the interpreters' answers, kept in `cache-core/tests/python-cases.jsonl`, so that the library is held
//! against real CPythons where none is installed.
//!
//! A line is a case: `{"case": name, "text": … or "hex": …, "answers": {"3.12.1 3.12.7": answer, …}}`; an answer is `"refused"`
//! or a list of `[first line, qualname, version]`, the version as its first 16 hex digits, or the exception's text.

use crate::oracle::{Answer, File};
use crate::setup;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Larger cases are not recorded: they test limits, with one long text each.
const MOST_BYTES: usize = 2_000;

/// Where the answers are recorded.
pub fn path() -> PathBuf {
    setup::root().join("cache-core/tests/python-cases.jsonl")
}

/// Records the answers, by version and then by file, anew.
pub fn write(files: &[File], answers: &[(String, Vec<Answer>)]) -> Result<(), String> {
    let mut text = String::new();
    for (index, file) in files.iter().enumerate().filter(|(_, file)| is_small(file)) {
        let mut groups: Vec<(Value, String)> = Vec::new();
        for (version, answers) in answers {
            let Some(answer) = brief(&answers[index]) else { continue };
            match groups.iter_mut().find(|(known, _)| *known == answer) {
                Some((_, versions)) if versions.split(' ').any(|known| known == version) => {}
                Some((_, versions)) => *versions = format!("{versions} {version}"),
                None => groups.push((answer, version.clone())),
            }
        }
        let answers: Map<String, Value> = groups.into_iter().map(|(answer, versions)| (versions, answer)).collect();
        let mut line = json!({ "case": file.name });
        match std::str::from_utf8(&file.bytes) {
            Ok(text) => line["text"] = json!(text),
            Err(_) => line["hex"] = json!(file.bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
        }
        line["answers"] = Value::Object(answers);
        text.push_str(&line.to_string());
        text.push('\n');
    }
    std::fs::write(path(), text).map_err(|error| format!("{}: {error}", path().display()))
}

/// Whether what is recorded for a version is what its interpreter says.
pub fn check(files: &[File], version: &str, answers: &[Answer]) -> Result<(), String> {
    const HINT: &str = "if that is right, run TASKLENS_RECORD=1 cargo test -p tasklens-tests --test conformance record";
    let text = std::fs::read_to_string(path()).map_err(|error| format!("{}: {error}", path().display()))?;
    let lines: Vec<Value> =
        text.lines().map(serde_json::from_str).collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    let cases: Vec<(&File, &Answer)> = files.iter().zip(answers).filter(|(file, _)| is_small(file)).collect();
    if lines.len() != cases.len() || cases.iter().zip(&lines).any(|((file, _), line)| line["case"] != json!(file.name))
    {
        return Err(format!("{} cases are recorded, there are {}, or others; {HINT}", lines.len(), cases.len()));
    }
    let mut stale = Vec::new();
    for ((file, answer), line) in cases.iter().zip(&lines) {
        let groups = line["answers"].as_object().into_iter().flatten();
        let mut recorded = groups.filter(|(versions, _)| versions.split(' ').any(|known| known == version));
        // A version that nobody has recorded can't be stale; a build may be brought down where another one is not.
        if let (Some((_, recorded)), Some(real)) = (recorded.next(), brief(answer))
            && *recorded != real
        {
            stale.push(format!("{}: recorded {recorded}, now {real}", file.name));
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} answers of {version} differ from what is recorded; {HINT}\n{}",
        stale.len(),
        stale[..stale.len().min(10)].join("\n")
    ))
}

fn is_small(file: &File) -> bool {
    file.bytes.len() <= MOST_BYTES
}

fn brief(answer: &Answer) -> Option<Value> {
    match answer {
        Answer::Refused(_) => Some(json!("refused")),
        Answer::Functions(functions) => Some(
            functions
                .iter()
                .map(|one| {
                    let version = one.version.as_ref().map(|version| version[..16].to_owned());
                    // The folder of an oracle's process has a new name each time.
                    let raises = one.raises.as_ref().map(|text| text.split(" for '").next().unwrap_or(text).to_owned());
                    json!([one.line, one.qualname, version.or(raises)])
                })
                .collect(),
        ),
        Answer::Crashed(_) => None,
    }
}
