//! An analysis that still stands: what was found stays found while nothing changes but what [`super::quiet`] edits change.

use std::fmt::Debug;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::edit::Edit;
use super::files::{Files, Roots};
use super::heard::Heard;
use super::ir::{ImportedModule, Summary};
use super::link::Linker;
use super::listening::{Code, listen};
use super::lower::parts::{self, Part};
use super::notes::Notes;
use super::quiet::{self, Names};
use super::summaries::Summaries;
use super::value::Value;

/// What an analysis stands on: the files that are being edited, as they were, and what it looked into. All other files are as they were
/// while the looks at the disk are the same ones.
#[derive(Debug)]
pub struct Standing {
    looks: u64,
    edited: Vec<Edited>,
    notes: Notes,
    /// Whether what was found says lines in words; found when it is first needed.
    names_lines: Option<bool>,
}

/// A file that is being edited.
#[derive(Debug)]
struct Edited {
    path: PathBuf,
    bytes: Arc<[u8]>,
    text: Box<str>,
    parts: Vec<Arc<Part>>,
    /// Found when they are first needed; `None` within where they can't be.
    names: Option<Option<Names>>,
}

/// What happened since an analysis that still stands.
#[derive(Debug)]
pub enum Since {
    /// Nothing.
    Nothing,
    /// An edit that only moves what was found.
    Edit(Edit),
    /// An edit that some of the code hears of, with what is found there now.
    Heard(Edit, Box<Heard>),
}

impl Standing {
    /// What an analysis of `files` stands on that was just made; `None` where nothing tells when it falls.
    pub fn of(files: &dyn Files, summaries: &Summaries, notes: Notes) -> Option<Self> {
        let looks = files.looks();
        let edited = files.edited().into_iter().map(|path| {
            let bytes = files.read(&path).ok()?;
            let text = files.decode(&path, &bytes).ok()?.text().into();
            let parts = summaries.parts(&path);
            Some(Edited { path, bytes, text, parts, names: None })
        });
        let edited: Vec<Edited> = edited.collect::<Option<_>>()?;
        (looks > 0).then_some(Self { looks, edited, notes, names_lines: None })
    }

    /// The bytes of the top-level statement that holds an offset of a file that is being edited; none of another one.
    pub fn statement_at(&self, file: &Path, offset: usize) -> Range<usize> {
        let mut start = 0;
        for part in self.edited.iter().filter(|known| known.path == file).flat_map(|known| &known.parts) {
            let end = start + part.text.len();
            // What is put in at the end of a statement belongs to it.
            if offset <= end {
                return start..end;
            }
            start = end;
        }
        0..0
    }

    /// Takes note of what was told since.
    pub fn also_told(&mut self, told: &dyn Debug) {
        if says_lines(told) {
            self.names_lines = Some(true);
        }
    }

    /// What happened since, if the analysis still stands: then this is what it stands on from now on. `None` if it has to be made anew.
    ///
    /// `found` is all that was found: what of it says lines in words can't be moved.
    pub fn since(
        &mut self,
        files: &dyn Files,
        roots: &Roots,
        summaries: &Summaries,
        found: &dyn Debug,
    ) -> Option<Since> {
        if files.looks() != self.looks || files.edited().len() != self.edited.len() {
            return None;
        }
        let mut changed = None;
        for (index, known) in self.edited.iter().enumerate() {
            if !files.is_edited(&known.path) {
                return None;
            }
            let bytes = files.read(&known.path).ok()?;
            if bytes != known.bytes && changed.replace((index, bytes)).is_some() {
                return None;
            }
        }
        let Some((index, bytes)) = changed else { return Some(Since::Nothing) };
        // One that the analysis did not look into may matter now.
        let known = self.edited.get_mut(index).filter(|known| !known.parts.is_empty())?;
        let source = files.decode(&known.path, &bytes).ok()?;
        let text = source.text();
        let now = parts::parts(text, &known.parts).ok()?;
        let edit = Edit::between(&known.path, &known.text, text)?;
        if now.iter().any(|part| part.is_broken) {
            return None;
        }
        // Most of what is looked at on the way is told nowhere.
        let names_lines = &mut self.names_lines;
        let mut is_moved = || *names_lines.get_or_insert_with(|| self.notes.names_lines && says_lines(found));
        if edit.moves_lines() && is_moved() {
            return None;
        }
        let is_quiet = only_change(&known.parts, &now).is_some_and(|Changed { start, then, now: statement }| {
            let names = &mut known.names;
            if names.is_none() {
                *names = Some(find_names((files, roots, summaries), &known.path, &known.text, &known.parts));
            }
            let Some(Some(names)) = names.as_ref() else { return false };
            quiet::is_quiet(&known.path, (&then, &statement), start, &edit, names, &self.notes)
        });
        let since = if is_quiet {
            self.notes.follow(&edit)?;
            Since::Edit(edit)
        } else {
            let code = Code { files, roots, summaries };
            let (heard, notes) = listen(code, &known.path, (&known.parts, &now), text, &self.notes)?;
            if notes.names_lines && says_lines(heard.found()) {
                self.names_lines = Some(true);
            }
            heard.forget(&mut self.notes);
            self.notes.follow(&edit)?;
            self.notes = std::mem::take(&mut self.notes).and(notes);
            if !names_stay(known.names.as_ref(), &known.parts, &now) {
                known.names = None;
            }
            Since::Heard(edit, Box::new(heard))
        };
        summaries.keep_parts(&known.path, now.clone());
        (known.bytes, known.text, known.parts) = (bytes, text.into(), now);
        Some(since)
    }
}

/// Whether the names that lead somewhere are the same ones after an edit.
fn names_stay(names: Option<&Option<Names>>, then: &[Arc<Part>], now: &[Arc<Part>]) -> bool {
    match (names, only_change(then, now)) {
        (Some(Some(names)), Some(changed)) => names.stay(&changed.then, &changed.now),
        _ => false,
    }
}

/// Whether some text has a line's number in it.
fn says_lines(found: &dyn Debug) -> bool {
    let text = format!("{found:?}");
    text.match_indices("line ").any(|(at, word)| {
        text.get(at + word.len()..).is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    })
}

/// The one statement that changed.
struct Changed {
    start: usize,
    then: Arc<Part>,
    now: Arc<Part>,
}

fn only_change(then: &[Arc<Part>], now: &[Arc<Part>]) -> Option<Changed> {
    if then.len() != now.len() {
        return None;
    }
    let mut start = 0;
    let mut found = None;
    for (then, now) in then.iter().zip(now) {
        if !Arc::ptr_eq(then, now) {
            let changed = Changed { start, then: Arc::clone(then), now: Arc::clone(now) };
            if found.replace(changed).is_some() {
                return None;
            }
        }
        start += then.text.len();
    }
    found
}

fn find_names(
    (files, roots, summaries): (&dyn Files, &Roots, &Summaries),
    path: &Path,
    text: &str,
    parts: &[Arc<Part>],
) -> Option<Names> {
    let linker = Linker::new(files, roots, summaries);
    // What an import names depends on the text alone.
    let id = linker.add(path, Arc::new(Summary { text: text.into(), ..Summary::default() }));
    let leads_out = |module: &ImportedModule| match linker.module(id, module) {
        Value::External(path) => quiet::leads_out(&path),
        _ => false,
    };
    Names::of(parts, &leads_out)
}
