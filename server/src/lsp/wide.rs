//! Questions about more than what is open: the workspace, a task at length, a file that nobody has open.
//!
//! They are asked now and then, and what is typed must not wait for them: so they have sessions of their own, beside those behind the
//! lenses, and nothing is kept for them before the first.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::analysis::Summaries;
use crate::render::explain as render;
use crate::render::paint::Paint;
use crate::render::table::Look;
use crate::status::explain::{Answer, Selector, explain};
use crate::status::given::GivenText;
use crate::status::graph::{Graph, graph};
use crate::status::keep::{Meant, plan};
use crate::status::walk::{Walked, walk};
use crate::status::{Question, Report, Session, ask_in};

use super::edits::workspace_edit;
use super::findings::{self, Teller, uri_of};
use super::protocol::{Diagnostic, Url, WorkspaceEdit};
use super::snapshot::Snapshot;

/// What is kept from one of them to the next.
#[derive(Default)]
pub struct Wide {
    /// One is asked at a time.
    sessions: Mutex<Sessions>,
    /// What was made of files for questions about places in them, in the state of the disk that it was counted with.
    summaries: Mutex<(u64, Arc<Summaries>)>,
}

#[derive(Default)]
struct Sessions {
    /// The newest state of the disk that somebody asked about.
    looks: u64,
    /// By folder of the workspace.
    by_folder: HashMap<PathBuf, Session>,
}

impl Wide {
    /// What was made of files so far. What nobody will ask for again goes with the next state of the disk.
    pub fn summaries(&self, snapshot: &Snapshot) -> Arc<Summaries> {
        let mut known = self.summaries.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 < snapshot.looks {
            *known = (snapshot.looks, Arc::default());
        }
        Arc::clone(&known.1)
    }

    /// Asks the question of a folder that lenses answer, or one made of it, in the folder's session.
    fn ask<T>(&self, snapshot: &Snapshot, folder: &Path, question: impl FnOnce(&mut Session, &Question<'_>) -> T) -> T {
        let mut kept = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.looks < snapshot.looks {
            kept.looks = snapshot.looks;
            kept.by_folder.values_mut().for_each(Session::look_again);
        }
        // Of a question that fails nothing is kept.
        let mut session = kept.by_folder.remove(folder).unwrap_or_else(Session::live);
        let buffers = snapshot.buffers();
        let answer = question(&mut session, &snapshot.question(&buffers, folder));
        kept.by_folder.retain(|known, _| snapshot.folders.contains(known));
        kept.by_folder.insert(folder.to_owned(), session);
        answer
    }
}

/// Everything that there is to say of the task that is defined at a line (1-based), as text; or why there is nothing.
pub fn explanation(snapshot: &Snapshot, path: &Path, line: u32) -> Result<String, String> {
    let answer = explained(snapshot, path, line, &[])?;
    let look = Look { width: Some(100), paint: Paint { enabled: false }, all: false };
    Ok(render::text(&answer, snapshot.folder_of(path), look))
}

/// The same as data, for inputs that the user gives for the task of a name.
pub fn explained(snapshot: &Snapshot, path: &Path, line: u32, given: &[GivenText]) -> Result<Answer, String> {
    let wanted = Selector::Line { file: path.to_owned(), line };
    let answer = snapshot.wide.ask(snapshot, snapshot.folder_of(path), |session, question| {
        let question = Question { given, ..*question };
        explain(session, &question, walked(&[path.to_owned()]), &snapshot.outside, &wanted, None)
    });
    answer.map_err(|error| error.to_string())
}

/// What the next run of the task at a line (1-based) does with all that it calls; or why that isn't known.
pub fn pipeline(snapshot: &Snapshot, path: &Path, line: u32) -> Result<Graph, String> {
    let wanted = Selector::Line { file: path.to_owned(), line };
    let answer = snapshot.wide.ask(snapshot, snapshot.folder_of(path), |session, question| {
        graph(session, question, walked(&[path.to_owned()]), &snapshot.outside, &wanted)
    });
    answer.map_err(|error| error.to_string())
}

/// The edit that pins the task at a line (1-based) of a document, or takes the pin back, and what will be true after it; or why there
/// is none.
pub fn kept(snapshot: &Snapshot, uri: &Url, line: u32, meant: Meant) -> Result<(WorkspaceEdit, String), String> {
    let document = snapshot.documents.get(uri).ok_or("the document is not open")?;
    let wanted = Selector::Line { file: document.path.clone(), line };
    let plan = snapshot.wide.ask(snapshot, snapshot.folder_of(&document.path), |session, question| {
        let question = Question { entries: false, ..*question };
        plan(session, &question, walked(std::slice::from_ref(&document.path)), &snapshot.outside, &wanted, meant)
    });
    let plan = plan.map_err(|refusal| refusal.to_string())?;
    let uri = match *plan.file == *document.path {
        true => Some(uri.clone()),
        false => uri_of(&snapshot.documents, &plan.file),
    };
    let uri = uri.ok_or("the file has no address")?;
    let edit = workspace_edit(snapshot, &uri, &plan.edits).ok_or("open the file that defines the task")?;
    let notes: String = plan.notes.iter().map(|note| format!("\nnote: {note}")).collect();
    Ok((edit, format!("{}: {}{notes}", plan.task, plan.effect)))
}

/// What there is to say of files of one folder, open or not.
pub fn report_of(snapshot: &Snapshot, folder: &Path, files: &[PathBuf]) -> Option<Report> {
    snapshot
        .wide
        .ask(snapshot, folder, |session, question| ask_in(session, question, walked(files), &snapshot.outside).ok())
}

/// What there is to say of all files of the workspace, a report for each of its folders.
pub fn workspace(snapshot: &Snapshot) -> Vec<Report> {
    let report = |(folder, walked)| {
        snapshot
            .wide
            .ask(snapshot, folder, |session, question| ask_in(session, question, walked, &snapshot.outside).ok())
    };
    files(snapshot).into_iter().filter_map(report).collect()
}

/// What the rules find in all files of the workspace, as an editor is told of them.
pub fn everywhere(snapshot: &Snapshot) -> BTreeMap<Url, (Option<i32>, Vec<Diagnostic>)> {
    let mut all = BTreeMap::new();
    let reports = workspace(snapshot);
    let mut teller = Teller::new(snapshot);
    for (file, findings) in
        findings::find(&|file| snapshot.settings_of(file), &snapshot.buffers(), reports.iter(), &|_| true)
    {
        let Some(uri) = uri_of(&snapshot.documents, &file) else { continue };
        let version = snapshot.documents.get(&uri).map(|document| document.version);
        all.insert(uri, (version, teller.diagnostics(&findings)));
    }
    all
}

/// The files of each folder of the workspace, with those that are open.
fn files(snapshot: &Snapshot) -> Vec<(&Path, Walked)> {
    let folders = &snapshot.folders;
    // A folder within another one is that one's.
    let is_outer = |folder: &&PathBuf| !folders.iter().any(|other| other != *folder && folder.starts_with(other));
    let walked = |folder: &PathBuf| {
        let mut walked = walk(std::slice::from_ref(folder), folder, &|_| {});
        let open = snapshot.documents.all().map(|document| document.path.clone());
        walked.files.extend(open.filter(|path| path.starts_with(folder)));
        walked.files.sort();
        walked.files.dedup();
        walked
    };
    folders.iter().filter(is_outer).map(|folder| (folder.as_path(), walked(folder))).collect()
}

/// Files as if a walk had found them: some are not on disk yet.
pub fn walked(paths: &[PathBuf]) -> Walked {
    let mut files = paths.to_vec();
    files.sort();
    files.dedup();
    Walked { named: files.clone(), files, problems: Vec::new() }
}
