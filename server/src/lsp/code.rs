//! Questions about places in code, over what is open in the editor.

use std::ops::Range;
use std::path::{Path, PathBuf};

use ropey::Rope;

use crate::analysis::cursor::Code;
use crate::analysis::{Files, Place, Roots};
use crate::environment::{Project, discover};
use crate::render::markup::Markup;
use crate::render::text::relative;
use crate::status::walk::walk;

use super::documents::Document;
use super::findings::uri_of;
use super::protocol::{Location, Position, TextDocumentPositionParams};
use super::snapshot::Snapshot;
use super::text::Positions;
use super::view::View;

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
        let offset = positions(&view.snapshot, document).offset(params.position);
        Some(Self { document, offset })
    }
}

/// Positions in a document.
pub fn positions<'d>(snapshot: &Snapshot, document: &'d Document) -> Positions<'d> {
    Positions::of(&document.text, snapshot.abilities.encoding)
}

/// Asks about the code that a file (absolute) belongs to.
pub fn ask<T>(snapshot: &Snapshot, path: &Path, question: impl FnOnce(Code<'_>, &Project) -> T) -> T {
    let buffers = snapshot.buffers();
    let project = discover(path.parent().unwrap_or(path));
    let roots = Roots { project: project.root.clone(), imports: project.import_roots.clone() };
    let summaries = snapshot.wide.summaries(snapshot);
    question(Code { files: &buffers, roots: &roots, summaries: &summaries }, &project)
}

/// The Python files of the project that a file is in, with those that are open. Where a folder is no project, the files of the
/// workspace's folder; outside of the workspace those beside the file.
pub fn files(snapshot: &Snapshot, project: &Project, path: &Path) -> Vec<PathBuf> {
    let is_listed = project.settings.file.is_some() || project.root.join(".git").exists();
    let folder = snapshot.folder_of(path);
    let mut files = if is_listed {
        walk(std::slice::from_ref(&project.root), &project.root, &|_| {}).files
    } else if snapshot.folders.iter().any(|known| known == folder) {
        walk(&[folder.to_owned()], folder, &|_| {}).files
    } else {
        // It may be the user's home.
        let beside = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        beside.filter(|path| path.extension().is_some_and(|extension| extension == "py")).collect()
    };
    let around = if is_listed { &project.root } else { folder };
    let open = snapshot.documents.all().map(|document| &document.path);
    files.extend(open.filter(|path| path.starts_with(around)).cloned());
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
pub fn location(snapshot: &Snapshot, code: Code<'_>, path: &Path, range: &Range<usize>) -> Option<Location> {
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
