//! Which rules are asked, and how grave what they find is: options, settings and the rules' own defaults.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use ignore::gitignore::GitignoreBuilder;

use crate::analysis::Project;
use crate::environment::{Origin, Settings};
use crate::status::given::nearest;

use super::{ALL, Finding, Rule, Severity, rule};

/// The rules that are asked of a file, with their severities where a setting gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    on: BTreeMap<&'static str, Option<Severity>>,
}

/// A rule that a setting or an option names and that isn't there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule `{id}`: {advice}")]
pub struct UnknownRule {
    /// As it was written.
    pub id: String,
    /// What to write instead.
    advice: String,
    /// Where, if a setting names it.
    pub origin: Option<Origin>,
}

impl UnknownRule {
    fn new(id: &str, origin: Option<Origin>) -> Self {
        let advice = match nearest(id, ALL.iter().map(|rule| rule.id)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`tasklens rule` lists them".to_owned(),
        };
        Self { id: id.to_owned(), advice, origin }
    }
}

impl Default for Selection {
    fn default() -> Self {
        Self { on: ALL.iter().filter(|rule| rule.is_default).map(|rule| (rule.id, None)).collect() }
    }
}

impl Selection {
    /// The rules for a file of a project with these settings; `select` and `ignore` are options, of which a given `select` takes
    /// the place of the settings' and `ignore` is added.
    ///
    /// Words that are no rule count for nothing; [`unknown`](Self::unknown) tells them.
    pub fn of(settings: &Settings, file: &Path, select: &[String], ignore: &[String]) -> Self {
        let rules = &settings.rules;
        let set = |words: &[crate::environment::Setting<String>]| -> Vec<String> {
            words.iter().map(|word| word.value.clone()).collect()
        };
        let select = match (select, &rules.select) {
            ([], Some(set_in)) => set(set_in),
            (given, _) => given.to_vec(),
        };
        let chosen: Vec<&Rule> = if select.is_empty() {
            named("default").collect()
        } else {
            select.iter().flat_map(|word| named(word)).collect()
        };
        let mut on: BTreeMap<&'static str, Option<Severity>> = chosen.into_iter().map(|rule| (rule.id, None)).collect();
        for (id, word) in &rules.severity {
            let Some(rule) = rule(id) else { continue };
            match Severity::of_word(word.value) {
                Some(severity) => on.entry(rule.id).and_modify(|own| *own = Some(severity)),
                None => {
                    on.remove(rule.id);
                    continue;
                }
            };
        }
        let in_file = rules.per_file_ignores.iter().filter(|(pattern, _)| matches(settings, pattern, file));
        let in_file = in_file.flat_map(|(_, words)| set(words));
        for word in set(&rules.ignore).iter().chain(ignore).cloned().chain(in_file) {
            named(&word).for_each(|rule| {
                on.remove(rule.id);
            });
        }
        Self { on }
    }

    /// No rule at all.
    pub fn none() -> Self {
        Self { on: BTreeMap::new() }
    }

    /// The words of settings and options that name no rule.
    pub fn unknown(settings: &Settings, options: &[String]) -> Vec<UnknownRule> {
        let rules = &settings.rules;
        let lists = rules.select.iter().flatten().chain(&rules.ignore).chain(rules.per_file_ignores.values().flatten());
        let set = lists.map(|word| (word.value.as_str(), Some(word.origin.clone())));
        let graded = rules.severity.iter().map(|(id, word)| (id.as_str(), Some(word.origin.clone())));
        let all = options.iter().map(|word| (word.as_str(), None)).chain(set).chain(graded);
        all.filter(|(word, _)| named(word).next().is_none())
            .map(|(word, origin)| UnknownRule::new(word, origin))
            .collect()
    }

    /// How grave a finding is; `None` if its rule is not asked.
    pub fn severity(&self, finding: &Finding) -> Option<Severity> {
        self.on.get(finding.rule.id).map(|set| set.unwrap_or(finding.severity))
    }

    /// Whether a rule is asked.
    pub fn asks(&self, rule: &Rule) -> bool {
        self.on.contains_key(rule.id)
    }
}

/// The rules that a word stands for.
fn named(word: &str) -> impl Iterator<Item = &'static Rule> {
    let word = word.to_owned();
    ALL.iter().copied().filter(move |rule| match word.as_str() {
        "all" => true,
        "default" => rule.is_default,
        id => rule.id == id,
    })
}

/// Whether a pattern of the settings, relative to their file, is of a file.
fn matches(settings: &Settings, pattern: &str, file: &Path) -> bool {
    let Some(base) = settings.file.as_deref().and_then(Path::parent) else { return false };
    let mut patterns = GitignoreBuilder::new(base);
    // A pattern that is none matches nothing, as in a .gitignore.
    let _ = patterns.add_line(None, pattern);
    file.starts_with(base)
        && patterns.build().is_ok_and(|patterns| patterns.matched_path_or_any_parents(file, false).is_ignore())
}

/// The selections of the files that something is to be said of, each found out once.
pub(super) fn by_file(
    selection: &dyn Fn(&Path) -> Selection,
    found: &[Finding],
    code: &Project,
) -> HashMap<PathBuf, Selection> {
    let mut selections = HashMap::new();
    for file in found.iter().map(|finding| &finding.at.file).chain(code.comments.iter().map(|comment| &comment.file)) {
        if !selections.contains_key(&**file) {
            selections.insert(file.to_path_buf(), selection(file));
        }
    }
    selections
}
