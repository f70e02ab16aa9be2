//! Questions about places in code, over what is open in the editor.

use std::path::{Path, PathBuf};

use ropey::Rope;

use crate::analysis::cursor::Code;
use crate::analysis::{Files, Place, Roots, Summaries};
use crate::environment::{Project, discover};
use crate::render::markup::Markup;
use crate::render::text::relative;
use crate::status::walk::walk;

use super::documents::Document;
use super::findings::uri_of;
use super::live::{Buffers, Snapshot, View};
use super::protocol::{Location, Position, TextDocumentPositionParams};
use super::text::Positions;

/// A place of a document that is asked about.
pub struct Here<'v> {
    /// The document.
    pub document: &'v Document,
    /// The byte of Python's text.
    pub offset: usize,
}

impl<'v> Here<'v> {
    /// The place that a request names; `None` in a document that is not open.
    pub fn of(view: &'v View, params: &TextDocumentPositionParams) -> Option<Self> {
        let document = view.snapshot.documents.get(&params.text_document.uri)?;
        let offset = positions(view, document).offset(params.position);
        Some(Self { document, offset })
    }
}

/// Positions in a document.
pub fn positions<'v>(view: &'v View, document: &'v Document) -> Positions<'v> {
    Positions::of(&document.text, view.snapshot.abilities.encoding)
}

/// Asks about the code that a file (absolute) belongs to.
pub fn ask<T>(snapshot: &Snapshot, path: &Path, question: impl FnOnce(Code<'_>, &Project) -> T) -> T {
    let buffers = Buffers::of(&snapshot.documents);
    let project = discover(path.parent().unwrap_or(path));
    let roots = Roots { project: project.root.clone(), imports: project.import_roots.clone() };
    let summaries = Summaries::default();
    question(Code { files: &buffers, roots: &roots, summaries: &summaries }, &project)
}

/// The Python files of a project, with those that are open; only those where a folder is no project that could be listed.
pub fn files(snapshot: &Snapshot, project: &Project) -> Vec<PathBuf> {
    let is_listed = project.settings.file.is_some() || project.root.join(".git").exists();
    let mut files = match is_listed {
        true => walk(std::slice::from_ref(&project.root), &project.root, &|_| {}).files,
        false => Vec::new(),
    };
    let open = snapshot.documents.all().map(|document| document.path.clone());
    files.extend(open.filter(|path| !is_listed || path.starts_with(&project.root)));
    files.sort();
    files.dedup();
    files
}

/// How texts name and link places, as the editor shows them.
pub fn with_markup<T>(snapshot: &Snapshot, markdown: bool, show: impl FnOnce(Markup<'_>) -> T) -> T {
    let name = |place: &Place| format!("{}:{}", relative(&place.file, snapshot.folder_of(&place.file)), place.line);
    let address = |place: &Place| {
        let mut url = uri_of(&snapshot.documents, &place.file)?;
        url.set_fragment(Some(&format!("L{}", place.line)));
        (url.scheme() == "file").then(|| url.to_string())
    };
    show(Markup { markdown, name: &name, address: &address })
}

/// A piece of a file's text for the editor; `None` if the file can't be read any more.
pub fn location(snapshot: &Snapshot, code: Code<'_>, path: &Path, range: &std::ops::Range<usize>) -> Option<Location> {
    let uri = uri_of(&snapshot.documents, path)?;
    let range = with_positions(snapshot, code.files, path, |positions| positions.range(range))?;
    Some(Location { uri, range })
}

/// Positions in a file, open or not.
pub fn with_positions<T>(
    snapshot: &Snapshot,
    files: &dyn Files,
    path: &Path,
    show: impl FnOnce(&Positions<'_>) -> T,
) -> Option<T> {
    let bytes = files.read(path).ok()?;
    // Lines and columns are the same in Python's text as in the file.
    let text = Rope::from_str(files.decode(path, &bytes).ok()?.text());
    Some(show(&Positions::of(&text, snapshot.abilities.encoding)))
}

/// The start of a line (1-based).
pub fn start_of(line: u32) -> Position {
    Position { line: line.saturating_sub(1), character: 0 }
}
