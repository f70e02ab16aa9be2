//! The commits that changed a version, a line or two each.

use std::path::Path;

use crate::analysis::Known;
use crate::status::Change;
use crate::status::explain::{End, Explained, Turn};
use crate::status::sentence::short;

use super::super::paint::Ink;
use super::super::text::relative;
use super::page::Page;

/// The section, where history was asked for.
pub(super) fn section(page: &mut Page, one: &Explained, cwd: &Path) {
    let Some(history) = &one.facts.history else { return };
    page.gap();
    let history = match history {
        Ok(history) => history,
        Err(reason) => {
            page.heading("History", "");
            return page.text(reason, Ink::Warning, 2);
        }
    };
    let commits = if history.examined == 1 { "1 commit" } else { &format!("{} commits", history.examined) };
    page.heading("History", &format!("{commits} read, newest first"));
    let words: Vec<String> = history.turns.iter().map(what).collect();
    let room = words.iter().map(|words| words.chars().count()).max().unwrap_or(0).min(30);
    for (turn, words) in history.turns.iter().zip(&words) {
        let (id, date) = match &turn.commit {
            Some(commit) => (short(&commit.id), commit.date.as_str()),
            None => ("-------".to_owned(), "not yet   "),
        };
        let was = turn.was.as_ref().map_or(String::new(), |was| format!(" (was {})", version(was)));
        let line = format!("{id}  {date}  {words:room$}  {}{was}", version(&turn.version));
        page.line(&line, if turn.was.is_none() { Ink::News } else { Ink::Plain }, 2);
        let subject = turn.commit.as_ref().map(|commit| format!("{} · {}", commit.subject, commit.author));
        let moved = turn.moved_from.as_ref().map(|file| format!("moved from {}", relative(file, cwd)));
        for text in [subject.or_else(|| Some("not committed".to_owned())), moved].into_iter().flatten() {
            page.text(&text, Ink::Faint, 11);
        }
    }
    let end = match &history.end {
        End::New if history.turns.is_empty() => "no commit holds this task".to_owned(),
        End::New => return,
        End::Enough => format!("and older ones: --history {} shows more", history.turns.len() * 3),
        End::TooMany => format!("older commits were not read, since there are more than {}", history.examined),
        End::Shallow => "older commits are not in this shallow clone: `git fetch --unshallow`".to_owned(),
        End::Unreadable(reason) => format!("older commits can't be read: {reason}"),
    };
    page.text(&end, Ink::Faint, 2);
}

/// What changed, as `changed` says it.
fn what(turn: &Turn) -> String {
    match (&turn.was, turn.changed.as_slice()) {
        (None, _) => "new".to_owned(),
        (Some(_), changed) if changed.contains(&Change::Cache) => {
            if turn.cached { "cache turned on" } else { "cache turned off" }.to_owned()
        }
        (Some(_), []) => "version".to_owned(),
        (Some(_), changed) => changed.iter().map(|change| change.word()).collect::<Vec<_>>().join(", "),
    }
}

fn version(version: &Known<String>) -> String {
    match version {
        Known::Value(version) => short(version),
        Known::Unknown(_) => "unknown".to_owned(),
    }
}
