//! `explain` for an editor's panel: the page that the command line writes, in pieces that the editor lays out, with what its commands
//! take.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use crate::analysis::{Known, Place};
use crate::status::InputsFrom;
use crate::status::explain::{Answer, Explained, spec_parts};
use crate::status::sentence::sentence;

use super::super::paint::Ink;
use super::super::text::tame;
use super::key::values;
use super::page::{Block, Page};
use super::sections::placed;
use super::write;

/// One of the tasks that were asked for:
///
/// ```json
/// {"task": "ml.train", "sentence": "cache kept · …", "version": "9f…", "keys": [{"inputs": "x=1", "key": "V4…=", "entry": "hit"}],
///  "blocks": [{"kind": "heading", "text": "…", "aside": "…"}, {"kind": "text", "text": "…", "ink": "warning", "indent": 2},
///             {"kind": "line", …}, {"kind": "facts", "facts": [{"label": "…", "value": "…", "note": "…"}], "ink": "plain", "nested": false}],
///  "given": 7, "places": [{"text": "envs.py:3", "uri": "file:///…/envs.py", "line": 2}]}
/// ```
///
/// `given` is the block that names the inputs which the user gave, null where none were: the next one says what becomes of them.
/// `places` are those that the blocks name, as they are written there: what an editor makes links of. `address` is what it calls a file.
pub fn panel(one: &Explained, answer: &Answer, cwd: &Path, address: impl Fn(&Path) -> Option<String>) -> Value {
    let since = answer.report.since();
    let status = &one.status;
    let mut page = Page::default();
    write(&mut page, one, answer, cwd);
    let keys = status.known_inputs.iter().filter_map(|known| {
        let Known::Value(key) = &known.key else { return None };
        Some(json!({"inputs": values(known), "key": key, "entry": known.entry.word()}))
    });
    let version = match &status.here.version {
        Known::Value(version) => Some(version),
        Known::Unknown(_) => None,
    };
    let places = named(one).into_iter().filter_map(|place| {
        Some(json!({"text": placed(&place, cwd), "uri": address(&place.file)?, "line": place.line.saturating_sub(1)}))
    });
    let blocks: Vec<Value> = page.blocks().iter().filter_map(block).collect();
    let given = status.known_inputs.iter().find(|known| known.from == InputsFrom::Given).map(values);
    let given = given.and_then(|values| blocks.iter().position(|block| block["text"] == *tame(&values)));
    json!({
        "task": status.task.shown_name(),
        "sentence": sentence(status, since).to_string(),
        "version": version,
        "keys": keys.collect::<Vec<_>>(),
        "blocks": blocks,
        "given": given,
        "places": places.collect::<Vec<_>>(),
    })
}

/// The places that a page names, of the code as it is now: what the baseline had is no file to go to.
fn named(one: &Explained) -> BTreeSet<Place> {
    let (status, spec) = (&one.status, &one.status.task.spec);
    let mut all = BTreeSet::from([status.task.place.clone()]);
    all.extend(spec.place.clone());
    all.extend(spec_parts(spec).into_iter().filter_map(|part| part.place));
    all.extend(status.overridden.iter().map(|one| one.place.clone()));
    all.extend(one.facts.callers.iter().map(|caller| caller.place.clone()));
    all.extend(status.known_inputs.iter().flat_map(|known| known.places.iter().cloned()));
    all
}

/// Gaps are the editor's.
fn block(block: &Block) -> Option<Value> {
    Some(match block {
        Block::Gap => return None,
        Block::Heading { title, aside } => json!({"kind": "heading", "text": title, "aside": aside}),
        Block::Text { text, ink, indent } => json!({"kind": "text", "text": text, "ink": word(*ink), "indent": indent}),
        Block::Line { text, ink, indent } => json!({"kind": "line", "text": text, "ink": word(*ink), "indent": indent}),
        Block::Facts { facts, ink, nested } => {
            let fact = |fact: &super::page::Fact| json!({"label": fact.label, "value": fact.value, "note": fact.note});
            json!({"kind": "facts", "facts": facts.iter().map(fact).collect::<Vec<_>>(), "ink": word(*ink), "nested": nested})
        }
    })
}

fn word(ink: Ink) -> &'static str {
    match ink {
        Ink::Plain => "plain",
        Ink::Strong => "strong",
        Ink::Faint => "faint",
        Ink::Danger => "danger",
        Ink::Warning => "warning",
        Ink::Good => "good",
        Ink::News => "news",
        Ink::Removed => "removed",
        Ink::Added => "added",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::super::paint::Paint;
    use super::super::super::table::Look;
    use super::super::samples;
    use super::*;
    use crate::status::samples::cwd;

    /// Two faces that say different things of one task would be worse than one.
    #[test]
    fn a_panel_says_what_the_command_line_says() {
        let answer = samples::answer();
        let look = Look { width: Some(200), paint: Paint { enabled: false }, all: false };
        let text = super::super::text(&answer, cwd(), look);
        let mut texts = Vec::new();
        for one in &answer.tasks {
            let panel = panel(one, &answer, cwd(), |file| Some(file.display().to_string()));
            for block in panel["blocks"].as_array().into_iter().flatten() {
                texts.extend(block["text"].as_str().map(str::to_owned));
                for fact in block["facts"].as_array().into_iter().flatten() {
                    texts.extend(
                        ["label", "value", "note"].map(|part| fact[part].as_str().unwrap_or_default().to_owned()),
                    );
                }
            }
        }
        assert!(texts.len() > 100, "{}", texts.len());
        for said in texts {
            assert!(text.contains(said.trim_end()), "{said}");
        }
    }

    #[test]
    fn each_place_that_is_written_leads_somewhere() {
        let answer = samples::answer();
        let mut known = 0;
        for one in &answer.tasks {
            let panel = panel(one, &answer, cwd(), |file| Some(file.display().to_string()));
            let places: BTreeSet<&str> =
                panel["places"].as_array().unwrap().iter().map(|place| place["text"].as_str().unwrap()).collect();
            let blocks = panel["blocks"].to_string();
            for word in blocks.split(|letter: char| letter.is_whitespace() || matches!(letter, '"' | ',' | '(' | ')')) {
                let line = word.rsplit_once(".py:").is_some_and(|(_, line)| line.parse::<u32>().is_ok());
                assert!(!line || places.contains(word), "{word} of {places:?}");
                known += u32::from(line);
            }
            let first = &panel["places"][0];
            assert!(first["uri"].as_str().unwrap().starts_with('/') && first["line"].is_u64(), "{first}");
        }
        assert!(known > 5, "{known}");
    }
}
