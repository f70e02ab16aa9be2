//! What was found out of a state of the code: what requests are answered from.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use crate::environment::Settings;
use crate::render::lens::{Lens, lenses};
use crate::rules::{Finding, Selection};
use crate::status::{Report, TaskStatus};

use super::documents::Document;
use super::findings::{self, Teller};
use super::last_good::LastGood;
use super::protocol::{Diagnostic, Url};
use super::settings::shows;
use super::snapshot::Snapshot;

/// What was found out of a state of the code: what all requests are answered from.
pub struct View {
    /// Of which one.
    pub snapshot: Snapshot,
    /// Of the documents that were open, by the folders that they belong to.
    reports: BTreeMap<PathBuf, Arc<Report>>,
    /// The settings in force for them.
    pub settings: HashMap<Url, Settings>,
    /// What the rules find in them, found out when it is first asked for.
    findings: OnceLock<HashMap<Url, Vec<Finding>>>,
    /// Their lenses.
    pub lenses: HashMap<Url, Arc<[Lens]>>,
    /// Of those that are broken and were whole before: what they were then, and the line (1-based) that breaks them.
    pub good: HashMap<Url, (Arc<LastGood>, u32)>,
    /// How long it took, in seconds.
    pub seconds: f64,
}

impl View {
    /// What the reports say, each about the open documents of a folder.
    pub fn new(snapshot: Snapshot, reports: BTreeMap<PathBuf, Arc<Report>>, settings: HashMap<Url, Settings>) -> Self {
        let (findings, lenses, good) = (OnceLock::new(), HashMap::new(), HashMap::new());
        let mut view = Self { snapshot, reports, settings, findings, lenses, good, seconds: 0.0 };
        view.lenses = view.snapshot.documents.all().filter_map(|document| view.lenses_of(&document.uri)).collect();
        view
    }

    /// Nothing is known of a state.
    pub fn nothing(snapshot: Snapshot) -> Self {
        Self::new(snapshot, BTreeMap::new(), HashMap::new())
    }

    /// What the rules find in the open documents.
    pub fn findings(&self) -> &HashMap<Url, Vec<Finding>> {
        self.findings.get_or_init(|| {
            let documents = &self.snapshot.documents;
            let open = |file: &Path| documents.all().find(|document| document.path == file);
            let settings = |file: &Path| {
                let known = open(file).and_then(|document| self.settings.get(&document.uri)).cloned();
                known.unwrap_or_else(|| self.snapshot.settings_of(file))
            };
            let is_open = |file: &Path| open(file).is_some();
            let found = findings::find(&settings, &self.snapshot.buffers(), self.reports(), &is_open);
            // Two addresses may name one file.
            let of = |open: &Document| found.get(&open.path).cloned().unwrap_or_default();
            documents.all().map(|open| (open.uri.clone(), of(open))).collect()
        })
    }

    /// What the rules find in a document.
    pub fn findings_of(&self, uri: &Url) -> &[Finding] {
        self.findings().get(uri).map(Vec::as_slice).unwrap_or_default()
    }

    /// What there is to say of the open documents, a report for each folder that they belong to.
    pub fn reports(&self) -> impl Iterator<Item = &Report> {
        self.reports.values().map(Arc::as_ref)
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
    pub fn of(&self, uri: &Url) -> Option<(&Document, &Arc<Report>)> {
        let document = self.snapshot.documents.get(uri)?;
        let report = self.reports.get(self.snapshot.folder_of(&document.path))?;
        Some((document, report))
    }

    /// Whether hints are shown in one of the documents.
    pub fn shows_hints(&self) -> bool {
        self.settings.values().any(Settings::shows_inlay_hints)
    }

    /// What configured each folder's answers: the files of settings, the Pythons and SDKs with where they come from, the baseline.
    pub fn configuration(&self) -> Value {
        let of = |(folder, report): (&PathBuf, &Arc<Report>)| {
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
    pub fn broken(&self) -> impl Iterator<Item = (Url, u32)> {
        let line = |document: &Document| {
            let report = self.reports.get(self.snapshot.folder_of(&document.path))?;
            let problems = report.problems.iter().filter(|problem| *problem.file == *document.path);
            problems.filter_map(|problem| problem.line).min()
        };
        self.snapshot.documents.all().filter_map(move |document| Some((document.uri.clone(), line(document)?)))
    }

    fn lenses_of(&self, uri: &Url) -> Option<(Url, Arc<[Lens]>)> {
        let (document, report) = self.of(uri)?;
        let last = u32::try_from(document.text.len_lines()).unwrap_or(u32::MAX);
        let settings = self.settings.get(uri)?;
        let mut lenses = lenses(report, &document.path, last);
        lenses.retain(|lens| shows(settings, lens.kind));
        Some((uri.clone(), lenses.into()))
    }
}
