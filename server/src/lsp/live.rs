//! What the code says as it stands in the editor: the question that the command line asks, over buffers.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use serde_json::{Value, json};

use crate::analysis::Buffers;
use crate::environment::{Outside, Settings};
use crate::render::explain as render;
use crate::render::lens::{Lens, lenses};
use crate::render::paint::Paint;
use crate::render::table::Look;
use crate::rules::{Finding, Selection};
use crate::status::explain::{Answer, Selector, explain};
use crate::status::given::GivenText;
use crate::status::graph::{Graph, graph};
use crate::status::keep::{Meant, plan};
use crate::status::walk::{Walked, walk};
use crate::status::{Question, Report, Session, TaskStatus, ask, ask_in};

use super::capabilities::Abilities;
use super::documents::{Document, Documents};
use super::edits::workspace_edit;
use super::findings::{self, Teller, uri_of};
use super::last_good::LastGood;
use super::protocol::{Diagnostic, Url, WorkspaceEdit};
use super::settings::{EditorSettings, in_force, shows};
use super::text::whole;

/// The state of the code at one moment. Clones are cheap.
#[derive(Clone)]
pub struct Snapshot {
    /// Counts the states.
    pub generation: u64,
    /// What is open in the editor.
    pub documents: Documents,
    /// What the editor can do.
    pub abilities: Abilities,
    /// The folders of the workspace.
    pub folders: Vec<PathBuf>,
    /// What the editor says of itself.
    pub settings: Arc<EditorSettings>,
    /// The world around the process.
    pub outside: Arc<Outside>,
}

/// What was found out of a state of the code: what all requests are answered from.
pub struct View {
    /// Of which one.
    pub snapshot: Snapshot,
    /// Of the documents that were open, by the folders that they belong to.
    reports: BTreeMap<PathBuf, Report>,
    /// The settings in force for them.
    pub settings: HashMap<Url, Settings>,
    /// What the rules find in them, found out when it is first asked for.
    findings: OnceLock<HashMap<Url, Vec<Finding>>>,
    /// Their lenses.
    pub lenses: HashMap<Url, Vec<Lens>>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Of all files of the workspace, found when somebody asks.
    workspace: OnceLock<Vec<Report>>,
}

impl View {
    /// Nothing is known of a state.
    pub fn nothing(snapshot: Snapshot) -> Self {
        Self {
            snapshot,
            reports: BTreeMap::new(),
            settings: HashMap::new(),
            workspace: OnceLock::new(),
            findings: OnceLock::new(),
            lenses: HashMap::new(),
            seconds: 0.0,
        }
    }

    /// What the rules find in the open documents.
    pub fn findings(&self) -> &HashMap<Url, Vec<Finding>> {
        self.findings.get_or_init(|| {
            let documents = &self.snapshot.documents;
            let is_open = |file: &Path| documents.all().any(|document| document.path == file);
            let buffers = self.snapshot.buffers();
            let mut found = findings::find(&self.snapshot, &buffers, self.reports.values(), &is_open);
            documents.all().map(|open| (open.uri.clone(), found.remove(&open.path).unwrap_or_default())).collect()
        })
    }

    /// What the rules find in a document.
    pub fn findings_of(&self, uri: &Url) -> &[Finding] {
        self.findings().get(uri).map(Vec::as_slice).unwrap_or_default()
    }

    /// What there is to say of the open documents, a report for each folder that they belong to.
    pub fn reports(&self) -> impl Iterator<Item = &Report> {
        self.reports.values()
    }

    /// The same, for the editor.
    pub fn diagnostics(&self, uri: &Url) -> Vec<Diagnostic> {
        Teller::new(&self.snapshot).diagnostics(self.findings_of(uri))
    }

    /// A finding, for the editor.
    pub fn diagnostic(&self, finding: &Finding) -> Diagnostic {
        Teller::new(&self.snapshot).diagnostic(finding)
    }

    /// The tasks of a document.
    pub fn tasks_of(&self, uri: &Url) -> impl Iterator<Item = &TaskStatus> {
        let found = self.of(uri);
        found.into_iter().flat_map(|(document, report)| {
            report.tasks.iter().filter(move |status| *status.task.place.file == *document.path)
        })
    }

    /// A document and the report that it is in.
    pub fn of(&self, uri: &Url) -> Option<(&Document, &Report)> {
        let document = self.snapshot.documents.get(uri)?;
        let report = self.reports.get(self.snapshot.folder_of(&document.path))?;
        Some((document, report))
    }

    /// Whether hints are shown in one of the documents.
    pub fn shows_hints(&self) -> bool {
        self.settings.values().any(Settings::shows_inlay_hints)
    }

    /// What there is to say of all files of the workspace, a report for each of its folders.
    pub fn workspace(&self) -> &[Report] {
        self.workspace.get_or_init(|| {
            let buffers = self.snapshot.buffers();
            let report = |(folder, walked)| {
                ask(&question(&self.snapshot, &buffers, folder), walked, &self.snapshot.outside).ok()
            };
            self.snapshot.files().into_iter().filter_map(report).collect()
        })
    }

    /// What configured each folder's answers: the files of settings, the Pythons and SDKs with where they come from, the baseline.
    pub fn configuration(&self) -> Value {
        let of = |(folder, report): (&PathBuf, &Report)| {
            let pythons: Vec<&str> = report.pythons.iter().map(|python| python.words.as_str()).collect();
            let sdks: Vec<_> =
                report.sdks.iter().map(|sdk| json!({"version": sdk.value, "from": sdk.source})).collect();
            let baseline = match &report.baseline {
                Ok(baseline) => json!({"name": baseline.name, "revision": baseline.revision}),
                Err(reason) => json!({"none": reason}),
            };
            let store = report.store.as_ref().map(|store| &store.path);
            json!({"folder": folder, "files": report.configs, "pythons": pythons, "sdks": sdks, "baseline": baseline, "store": store})
        };
        self.reports.iter().map(of).collect()
    }

    /// What is wrong with files of settings, and with the rules that settings name.
    pub fn configuration_problems(&self) -> impl Iterator<Item = (String, String)> {
        let problems = self.reports.values().flat_map(|report| &report.problems);
        let of_settings =
            problems.filter(|problem| problem.file.extension().is_some_and(|extension| extension == "toml"));
        let of_files = of_settings.map(|problem| {
            let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
            (format!("{}{line}", problem.file.display()), problem.message.clone())
        });
        let rules = self.settings.values().flat_map(|settings| Selection::unknown(settings, &[]));
        let of_rules = rules.map(|unknown| {
            let place = unknown.origin.as_ref().map(|origin| origin.words(Path::new(""))).unwrap_or_default();
            (place, unknown.to_string())
        });
        of_files.chain(of_rules)
    }

    /// The documents that can't be read as Python, with the first line (1-based) that stands in the way.
    fn broken(&self) -> impl Iterator<Item = (Url, u32)> {
        let line = |document: &Document| {
            let report = self.reports.get(self.snapshot.folder_of(&document.path))?;
            let problems = report.problems.iter().filter(|problem| *problem.file == *document.path);
            problems.filter_map(|problem| problem.line).min()
        };
        self.snapshot.documents.all().filter_map(move |document| Some((document.uri.clone(), line(document)?)))
    }

    fn lenses_of(&self, uri: &Url) -> Option<(Url, Vec<Lens>)> {
        let (document, report) = self.of(uri)?;
        let last = u32::try_from(document.text.len_lines()).unwrap_or(u32::MAX);
        let settings = self.settings.get(uri)?;
        let mut lenses = lenses(report, &document.path, last);
        lenses.retain(|lens| shows(settings, lens.kind));
        Some((uri.clone(), lenses))
    }
}

/// What is kept from one state to the next.
#[derive(Default)]
pub struct Live {
    /// By folder of the workspace.
    sessions: HashMap<PathBuf, Session>,
    /// The settings in force, by file.
    settings: HashMap<PathBuf, Settings>,
    /// What was shown last of documents that were whole.
    good: HashMap<Url, LastGood>,
}

impl Live {
    /// Takes note that files on disk or settings may be others than they were.
    pub fn look_again(&mut self) {
        self.settings.clear();
        self.sessions.values_mut().for_each(Session::look_again);
    }

    /// Reads all files of the workspace's folders, so that later questions find what they say. How many there are.
    pub fn index(&mut self, snapshot: &Snapshot) -> usize {
        let buffers = snapshot.buffers();
        for folder in &snapshot.folders {
            self.report(snapshot, &buffers, folder, &[]);
        }
        self.sessions.values().map(Session::files).sum()
    }

    /// Finds out about all open documents.
    pub fn view(&mut self, snapshot: Snapshot) -> View {
        let started = Instant::now();
        let buffers = snapshot.buffers();
        let mut by_folder: HashMap<&Path, Vec<PathBuf>> = HashMap::new();
        for document in snapshot.documents.all() {
            by_folder.entry(snapshot.folder_of(&document.path)).or_default().push(document.path.clone());
        }
        let is_ours = |folder: &PathBuf| snapshot.folders.contains(folder) || by_folder.contains_key(folder.as_path());
        self.sessions.retain(|folder, _| is_ours(folder));
        let reports = by_folder
            .into_iter()
            .filter_map(|(folder, paths)| Some((folder.to_owned(), self.report(&snapshot, &buffers, folder, &paths)?)))
            .collect();
        let settings = snapshot.documents.all().map(|document| {
            let found = self.settings.entry(document.path.clone());
            (document.uri.clone(), found.or_insert_with(|| snapshot.settings_of(&document.path)).clone())
        });
        let settings = settings.collect();
        let mut view = View { reports, settings, ..View::nothing(snapshot) };
        view.lenses = view.snapshot.documents.all().filter_map(|document| view.lenses_of(&document.uri)).collect();
        self.mend(&mut view);
        view.seconds = started.elapsed().as_secs_f64();
        view
    }

    /// Puts the last good lenses of broken documents in the place of what they say.
    fn mend(&mut self, view: &mut View) {
        self.good.retain(|uri, _| view.lenses.contains_key(uri));
        let broken: HashMap<Url, u32> = view.broken().collect();
        for (uri, lenses) in &mut view.lenses {
            let Some(document) = view.snapshot.documents.get(uri) else { continue };
            match (broken.get(uri), self.good.get(uri)) {
                (Some(line), Some(good)) => *lenses = good.lenses(&document.text, *line),
                (Some(_), None) => {}
                (None, _) => drop(self.good.insert(uri.clone(), LastGood::new(&document.text, lenses))),
            }
        }
    }

    fn report(&mut self, snapshot: &Snapshot, buffers: &Buffers, folder: &Path, paths: &[PathBuf]) -> Option<Report> {
        let session = self.sessions.entry(folder.to_owned()).or_insert_with(Session::live);
        ask_in(session, &question(snapshot, buffers, folder), walked(paths), &snapshot.outside).ok()
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
    let buffers = snapshot.buffers();
    let wanted = Selector::Line { file: path.to_owned(), line };
    let question = Question { given, ..question(snapshot, &buffers, snapshot.folder_of(path)) };
    let walked = walked(&[path.to_owned()]);
    explain(&question, walked, &snapshot.outside, &wanted, None).map_err(|error| error.to_string())
}

/// What the next run of the task at a line (1-based) does with all that it calls; or why that isn't known.
pub fn pipeline(snapshot: &Snapshot, path: &Path, line: u32) -> Result<Graph, String> {
    let buffers = snapshot.buffers();
    let wanted = Selector::Line { file: path.to_owned(), line };
    let question = question(snapshot, &buffers, snapshot.folder_of(path));
    graph(&question, walked(&[path.to_owned()]), &snapshot.outside, &wanted).map_err(|error| error.to_string())
}

/// The edit that pins the task at a line (1-based) of a document, or takes the pin back, and what will be true after it; or why there
/// is none.
pub fn kept(snapshot: &Snapshot, uri: &Url, line: u32, meant: Meant) -> Result<(WorkspaceEdit, String), String> {
    let document = snapshot.documents.get(uri).ok_or("the document is not open")?;
    let buffers = snapshot.buffers();
    let folder = snapshot.folder_of(&document.path);
    let wanted = format!("{}:{line}", document.path.display());
    let question = Question { entries: false, ..question(snapshot, &buffers, folder) };
    let walked = walked(std::slice::from_ref(&document.path));
    let plan = plan(&question, walked, &snapshot.outside, &wanted, meant).map_err(|refusal| refusal.to_string())?;
    let uri = uri_of(&snapshot.documents, &plan.file).ok_or("the file has no address")?;
    let edit = workspace_edit(snapshot, &uri, &plan.edits).ok_or("open the file that defines the task")?;
    let notes: String = plan.notes.iter().map(|note| format!("\nnote: {note}")).collect();
    Ok((edit, format!("{}: {}{notes}", plan.task, plan.effect)))
}

/// What the rules find in all files of the workspace, as an editor is told of them.
pub fn everywhere(snapshot: &Snapshot) -> BTreeMap<Url, (Option<i32>, Vec<Diagnostic>)> {
    let buffers = snapshot.buffers();
    let mut all = BTreeMap::new();
    for (folder, walked) in snapshot.files() {
        let question = Question { entries: false, ..question(snapshot, &buffers, folder) };
        let Ok(report) = ask(&question, walked, &snapshot.outside) else { continue };
        let found = findings::find(snapshot, &buffers, std::iter::once(&report), &|_| true);
        let mut teller = Teller::new(snapshot);
        for (file, findings) in found {
            let Some(uri) = uri_of(&snapshot.documents, &file) else { continue };
            let version = snapshot.documents.get(&uri).map(|document| document.version);
            all.insert(uri, (version, teller.diagnostics(&findings)));
        }
    }
    all
}

fn report(snapshot: &Snapshot, buffers: &Buffers, folder: &Path, paths: &[PathBuf]) -> Option<Report> {
    ask(&question(snapshot, buffers, folder), walked(paths), &snapshot.outside).ok()
}

/// Files as if a walk had found them: some are not on disk yet.
fn walked(paths: &[PathBuf]) -> Walked {
    let mut files = paths.to_vec();
    files.sort();
    files.dedup();
    Walked { named: files.clone(), files, problems: Vec::new() }
}

fn question<'a>(snapshot: &'a Snapshot, files: &'a Buffers, folder: &'a Path) -> Question<'a> {
    Question { files, entries: true, settings: Some(snapshot.settings.of(folder)), ..Question::at(folder) }
}

impl Snapshot {
    /// The files of each folder of the workspace, with those that are open.
    pub fn files(&self) -> Vec<(&Path, Walked)> {
        // A folder within another one is that one's.
        let is_outer =
            |folder: &&PathBuf| !self.folders.iter().any(|other| other != *folder && folder.starts_with(other));
        let walked = |folder: &PathBuf| {
            let mut walked = walk(std::slice::from_ref(folder), folder, &|_| {});
            let open = self.documents.all().map(|document| document.path.clone());
            walked.files.extend(open.filter(|path| path.starts_with(folder)));
            walked.files.sort();
            walked.files.dedup();
            walked
        };
        self.folders.iter().filter(is_outer).map(|folder| (folder.as_path(), walked(folder))).collect()
    }

    /// What there is to say of a file that is not open.
    pub fn report_of(&self, path: &Path) -> Option<Report> {
        report(self, &self.buffers(), self.folder_of(path), &[path.to_owned()])
    }

    /// The settings in force for a file.
    pub fn settings_of(&self, path: &Path) -> Settings {
        in_force(&self.settings, self.folder_of(path), path)
    }

    /// The disk, with what is open in the place of what is on it.
    pub fn buffers(&self) -> Buffers {
        self.documents.all().map(|open| (open.path.clone(), whole(&open.text).as_bytes().into())).collect()
    }

    /// The folder of the workspace that a file is in, the innermost; else the file's own.
    pub fn folder_of<'a>(&'a self, path: &'a Path) -> &'a Path {
        let around = self.folders.iter().filter(|folder| path.starts_with(folder));
        let innermost = around.max_by_key(|folder| folder.components().count());
        innermost.map_or_else(|| path.parent().unwrap_or(path), PathBuf::as_path)
    }
}
