//! The table of a run: one row for each suite and interpreter, kept as files so that tests in many processes can add to it.

use crate::compare::{Findings, Tally};
use crate::setup::{self, Interpreter};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What a suite must reach.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    /// Unknown functions among those that have a version: at most one in this many.
    pub unknown_one_in: usize,
    /// Files that CPython refuses and the library accepts: at most this many in a thousand refused.
    pub accepted_in_1000: usize,
}

impl Default for Bar {
    fn default() -> Self {
        Self { unknown_one_in: 10_000, accepted_in_1000: 1 }
    }
}

/// Writes the row and says whether the suite reaches its bar.
pub fn finish(suite: &str, interpreter: &Interpreter, tally: &Tally, bar: Bar) -> Result<(), String> {
    let folder = setup::home().join("report");
    std::fs::create_dir_all(&folder).expect("target/ can be written");
    let name = format!("{suite}-{}", interpreter.name());
    let row = json!({
        "suite": suite, "python": interpreter.name(), "long": setup::long(),
        "files": tally.files, "refused": tally.refused, "functions": tally.functions,
        "equal": tally.equal, "raises": tally.raises,
        "wrong": findings(&tally.wrong), "wrong_by_minor": findings(&tally.wrong_by_minor),
        "missing": findings(&tally.missing), "unknown": findings(&tally.unknown),
        "unknown_by_minor": findings(&tally.unknown_by_minor), "other_cause": findings(&tally.other_cause),
        "refused_by_us": findings(&tally.refused_by_us), "accepted_by_us": findings(&tally.accepted_by_us),
        "other_refusal": findings(&tally.other_refusal), "crashed": findings(&tally.crashed),
    });
    let text = serde_json::to_string_pretty(&row).expect("plain data");
    std::fs::write(folder.join(format!("{name}.json")), text).expect("target/ can be written");

    let failures = failures(tally, bar);
    if failures.is_empty() { Ok(()) } else { Err(format!("{name}: {}\n{failures}", summary(tally))) }
}

/// One line of counts.
pub fn summary(tally: &Tally) -> String {
    format!(
        "{} files, {} refused by both, {} functions: {} equal, {} raise, {} wrong, {} unknown",
        tally.files, tally.refused, tally.functions, tally.equal, tally.raises, tally.wrong.count, tally.unknown.count
    )
}

fn failures(tally: &Tally, bar: Bar) -> String {
    let known = tally.functions - tally.raises;
    let unknown_allowed = known.div_ceil(bar.unknown_one_in.max(1));
    let refused = tally.refused + tally.accepted_by_us.count;
    let accepted_allowed = (refused * bar.accepted_in_1000).div_ceil(1000);
    let mut text = String::new();
    for (what, found, allowed) in [
        ("wrong versions", &tally.wrong, 0),
        ("wrong versions for the minor", &tally.wrong_by_minor, 0),
        ("functions that are missing or misnamed", &tally.missing, 0),
        ("unknown versions", &tally.unknown, unknown_allowed),
        ("files that only CPython refuses", &tally.accepted_by_us, accepted_allowed),
    ] {
        if found.count > allowed {
            let _ = writeln!(text, "{} {what} (allowed: {allowed})", found.count);
            for (cause, count) in &found.causes {
                let _ = writeln!(text, "  {count:6} × {cause}");
            }
            for told in &found.told {
                let _ = writeln!(text, "  - {told}");
            }
        }
    }
    text
}

fn findings(found: &Findings) -> Value {
    json!({ "count": found.count, "causes": found.causes, "told": found.told })
}
