//! The settings of a project: `[tool.tasklens]` of a `pyproject.toml`, or a `tasklens.toml`; and those of an editor, which go before
//! them.
//!
//! Reading never fails: what is wrong is told with its place, and the setting keeps its default.

mod node;
mod read;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;

use cache_core::python::PythonVersion;
use serde_json::Value;
use toml::de::DeTable;

use super::toml_file::TomlFile;
use super::{Origin, Problem};

use node::Node;
use read::Reader;

pub use schema::{Entry, Kind, SCHEMA, SEVERITIES};

/// A value and where it was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// The configuration file and the line, or the editor's name of it.
    pub origin: Origin,
}

/// All settings; what is not set is `None` or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The configuration file.
    pub file: Option<PathBuf>,
    /// `python`: the version of the interpreter that submits runs.
    pub python: Option<Setting<PythonVersion>>,
    /// The interpreter that is selected in the editor, which says so beside the settings; no file can.
    pub interpreter: Option<Setting<PythonVersion>>,
    /// `baseline`: the git revision that the code is compared with.
    pub baseline: Option<Setting<String>>,
    /// `policy-versions`: what a policy that is written in Python returns, by the name of its class.
    pub policy_versions: BTreeMap<String, Setting<String>>,
    /// `exclude`: patterns, as in a `.gitignore`, of files that are not looked at; relative to the file's folder.
    pub exclude: Vec<Setting<String>>,
    /// `src`: the folders that imports start from, absolute.
    pub src: Option<Setting<Vec<PathBuf>>>,
    /// `lenses`: which kinds of lines an editor shows.
    pub lenses: LensSettings,
    /// `inlay-hints`: whether an editor shows inherited behaviors.
    pub inlay_hints: Option<Setting<bool>>,
    /// `diagnostics`: whether an editor shows what the rules find.
    pub diagnostics: Option<Setting<bool>>,
    /// `rules`: which rules are asked, of what, and how grave their findings are.
    pub rules: RuleSettings,
}

/// The table `lenses`: each kind is on unless it is switched off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LensSettings {
    /// `tasks`: above cached tasks.
    pub tasks: Option<Setting<bool>>,
    /// `calls`: above calls.
    pub calls: Option<Setting<bool>>,
    /// `uncached`: the count at the end.
    pub uncached: Option<Setting<bool>>,
}

/// The table `rules`. The ids are as they were written: which rules there are isn't known here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSettings {
    /// `select`
    pub select: Option<Vec<Setting<String>>>,
    /// `ignore`
    pub ignore: Vec<Setting<String>>,
    /// `severity`: a word of [`SEVERITIES`] by the rule's id.
    pub severity: BTreeMap<String, Setting<&'static str>>,
    /// `per-file-ignores`: rules by pattern, relative to the file's folder.
    pub per_file_ignores: BTreeMap<String, Vec<Setting<String>>>,
}

/// What is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Where.
    pub origin: Origin,
    /// In lower case, ending with what to do.
    pub message: String,
}

impl Settings {
    /// Reads the settings out of a table: the whole of a `tasklens.toml`, or `[tool.tasklens]`.
    pub(super) fn read(file: &TomlFile, table: &DeTable<'_>) -> (Self, Vec<Problem>) {
        let (settings, complaints) = Reader::read(Node::of_table(file, table), file.path.parent());
        let problem = |Complaint { origin, message }| match origin {
            Origin::File { file, line } => Problem { file, line, message },
            _ => Problem { file: file.path.clone(), line: None, message },
        };
        let problems = complaints.into_iter().map(problem).collect();
        (Self { file: Some(file.path.clone()), ..settings }, problems)
    }

    /// Reads what an editor says in its section `tasklens`.
    pub fn of_editor(section: &Value) -> (Self, Vec<Complaint>) {
        Reader::read(Node::of_editor("tasklens", section), None)
    }

    /// These settings where `over` says nothing: setting by setting, and name by name where a setting has names.
    pub fn under(mut self, over: &Self) -> Self {
        fn put<T: Clone>(under: &mut Option<T>, over: &Option<T>) {
            if over.is_some() {
                under.clone_from(over);
            }
        }
        put(&mut self.python, &over.python);
        put(&mut self.interpreter, &over.interpreter);
        put(&mut self.baseline, &over.baseline);
        self.policy_versions.extend(over.policy_versions.clone());
        put(&mut self.src, &over.src);
        put(&mut self.lenses.tasks, &over.lenses.tasks);
        put(&mut self.lenses.calls, &over.lenses.calls);
        put(&mut self.lenses.uncached, &over.lenses.uncached);
        put(&mut self.inlay_hints, &over.inlay_hints);
        put(&mut self.diagnostics, &over.diagnostics);
        put(&mut self.rules.select, &over.rules.select);
        if !over.rules.ignore.is_empty() {
            self.rules.ignore.clone_from(&over.rules.ignore);
        }
        self.rules.severity.extend(over.rules.severity.clone());
        self
    }

    /// Whether an editor shows inlay hints.
    pub fn shows_inlay_hints(&self) -> bool {
        self.inlay_hints.as_ref().is_some_and(|setting| setting.value)
    }

    /// Whether an editor shows what the rules find.
    pub fn shows_diagnostics(&self) -> bool {
        is_on(&self.diagnostics)
    }
}

/// Whether a setting that is on by default is on.
pub fn is_on(setting: &Option<Setting<bool>>) -> bool {
    setting.as_ref().is_none_or(|setting| setting.value)
}
