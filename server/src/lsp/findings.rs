//! What the rules find in open documents, and how an editor is told.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::analysis::{Disk, Files, Span};
use crate::environment::Settings;
use crate::rules::{self, Finding, Selection, Severity};
use crate::status::Report;

use super::documents::Documents;
use super::protocol::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Range, Url,
};
use super::snapshot::Snapshot;
use super::text::Positions;

/// Who says it, in the editor's list of problems.
pub const SOURCE: &str = "tasklens";

/// What the rules find, by file, under its `settings`; nothing in files that are not wanted or for which diagnostics are switched off.
pub fn find<'r>(
    settings: &dyn Fn(&Path) -> Settings,
    files: &dyn Files,
    reports: impl Iterator<Item = &'r Report>,
    wanted: &dyn Fn(&Path) -> bool,
) -> BTreeMap<PathBuf, Vec<Finding>> {
    let selection = |file: &Path| {
        let settings = settings(file);
        if settings.shows_diagnostics() { Selection::of(&settings, file, &[], &[]) } else { Selection::none() }
    };
    let mut found: BTreeMap<PathBuf, Vec<Finding>> = BTreeMap::new();
    for report in reports {
        for finding in rules::check(report, files, &selection, wanted) {
            found.entry(finding.at.file.to_path_buf()).or_default().push(finding);
        }
    }
    found
}

/// Findings of a file as an editor takes them.
pub struct Teller<'s> {
    snapshot: &'s Snapshot,
    /// The texts of files that are not open, as ropes.
    ropes: HashMap<PathBuf, ropey::Rope>,
}

impl<'s> Teller<'s> {
    /// Tells of the files of a state.
    pub fn new(snapshot: &'s Snapshot) -> Self {
        Self { snapshot, ropes: HashMap::new() }
    }

    /// The diagnostics of a file.
    pub fn diagnostics(&mut self, findings: &[Finding]) -> Vec<Diagnostic> {
        findings.iter().map(|finding| self.diagnostic(finding)).collect()
    }

    /// A finding as a diagnostic.
    pub fn diagnostic(&mut self, finding: &Finding) -> Diagnostic {
        let abilities = self.snapshot.abilities;
        let related = finding.related.iter().filter_map(|related| {
            let location = Location { uri: self.uri(&related.at)?, range: self.range(&related.at) };
            Some(DiagnosticRelatedInformation { location, message: related.message.clone() })
        });
        let related: Vec<_> = if abilities.related_places { related.collect() } else { Vec::new() };
        let address = Url::parse(&finding.rule.address()).ok().filter(|_| abilities.code_links);
        let message = match finding.help.as_str() {
            "" => finding.message.clone(),
            help => format!("{}\n{help}", finding.message),
        };
        Diagnostic {
            range: self.range(&finding.at),
            severity: Some(severity(finding.severity)),
            code: Some(NumberOrString::String(finding.rule.id.to_owned())),
            code_description: address.map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_owned()),
            message,
            related_information: (!related.is_empty()).then_some(related),
            tags: (finding.is_unnecessary && abilities.tags).then(|| vec![DiagnosticTag::UNNECESSARY]),
            data: Some(json!({
                "rule": finding.rule.id,
                "fixes": finding.fixes.iter().map(|fix| json!({"title": fix.title, "safe": fix.is_safe})).collect::<Vec<_>>(),
            })),
        }
    }

    /// Where a span is.
    pub fn range(&mut self, span: &Span) -> Range {
        let encoding = self.snapshot.abilities.encoding;
        match document(&self.snapshot.documents, &span.file) {
            Some((_, text)) => Positions::of(text, encoding).range(&span.range()),
            None => {
                let rope = self.ropes.entry(span.file.to_path_buf()).or_insert_with(|| {
                    let bytes = Disk.read(&span.file).unwrap_or_else(|_| [].into());
                    let text = Disk.decode(&span.file, &bytes).map(|source| source.text().to_owned());
                    ropey::Rope::from_str(&text.unwrap_or_default())
                });
                Positions::of(rope, encoding).range(&span.range())
            }
        }
    }

    /// The address of a span's file: an open document's as the editor writes it.
    fn uri(&self, span: &Span) -> Option<Url> {
        uri_of(&self.snapshot.documents, &span.file)
    }
}

/// The address of a file.
pub fn uri_of(documents: &Documents, file: &Path) -> Option<Url> {
    document(documents, file).map(|(uri, _)| uri.clone()).or_else(|| Url::from_file_path(file).ok())
}

fn document<'d>(documents: &'d Documents, file: &Path) -> Option<(&'d Url, &'d ropey::Rope)> {
    documents.all().find(|document| document.path == file).map(|document| (&document.uri, &document.text))
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Information => DiagnosticSeverity::INFORMATION,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}
