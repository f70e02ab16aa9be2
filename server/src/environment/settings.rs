//! The settings of a project: `[tool.tasklens]` of a `pyproject.toml`, or a `tasklens.toml`.
//!
//! Reading never fails: what is wrong becomes a [`Problem`] with its line, and the setting keeps its default.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use cache_core::python::PythonVersion;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::toml_file::TomlFile;
use super::{Origin, Problem};

/// A value and where it was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// The configuration file and the line.
    pub origin: Origin,
}

/// All settings; what is not set is `None` or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The configuration file.
    pub file: Option<PathBuf>,
    /// `python`: the version of the interpreter that submits runs.
    pub python: Option<Setting<PythonVersion>>,
    /// `baseline`: the git revision that the code is compared with.
    pub baseline: Option<Setting<String>>,
    /// `policy-versions`: what a policy that is written in Python returns, by the name of its class.
    pub policy_versions: BTreeMap<String, Setting<String>>,
    /// `exclude`: patterns, as in a `.gitignore`, of files that are not looked at; relative to the file's folder.
    pub exclude: Vec<Setting<String>>,
    /// `src`: the folders that imports start from, absolute.
    pub src: Option<Setting<Vec<PathBuf>>>,
}

/// Every setting, as the file spells it.
const NAMES: [&str; 5] = ["python", "baseline", "policy-versions", "exclude", "src"];

impl Settings {
    /// Reads the settings out of a table: the whole of a `tasklens.toml`, or `[tool.tasklens]`.
    pub(super) fn read(file: &TomlFile, table: &DeTable<'_>) -> (Self, Vec<Problem>) {
        let mut reader = Reader { file, problems: Vec::new() };
        let mut settings = Self { file: Some(file.path.clone()), ..Self::default() };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "python" => settings.python = reader.python(value),
                "baseline" => settings.baseline = reader.baseline(value),
                "policy-versions" => settings.policy_versions = reader.policy_versions(value),
                "exclude" => settings.exclude = reader.strings("exclude", value).unwrap_or_default(),
                "src" => settings.src = reader.folders("src", value),
                unknown => reader.unknown(unknown, &key.span()),
            }
        }
        reader.problems.sort_by_key(|problem| problem.line);
        (settings, reader.problems)
    }
}

struct Reader<'f> {
    file: &'f TomlFile,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, at: &Range<usize>, message: String) {
        self.problems.push(Problem { file: self.file.path.clone(), line: Some(self.file.line(at)), message });
    }

    fn wrong_type(&mut self, value: &Spanned<DeValue<'_>>, name: &str, example: &str) {
        let found = value.get_ref().type_str();
        self.problem(&value.span(), format!("`{name}` can't be a TOML {found}: write it as {example}"));
    }

    fn unknown(&mut self, name: &str, at: &Range<usize>) {
        let meant = name.to_lowercase().replace('_', "-");
        let advice = match NAMES.iter().find(|known| **known == meant) {
            Some(known) => format!("write it `{known}`"),
            None => format!("the settings are {}", NAMES.join(", ")),
        };
        self.problem(at, format!("there is no setting `{name}`: {advice}"));
    }

    fn setting<T>(&self, at: &Range<usize>, value: T) -> Setting<T> {
        let origin = Origin::File { file: self.file.path.clone(), line: Some(self.file.line(at)) };
        Setting { value, origin }
    }

    fn python(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Setting<PythonVersion>> {
        // As a number 3.10 would be 3.1, so only text is taken.
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(value, "python", r#"python = "3.12", in quotes"#);
            return None;
        };
        match text.parse() {
            Ok(version) => Some(self.setting(&value.span(), version)),
            Err(error) => {
                self.problem(&value.span(), format!("`python`: {error}"));
                None
            }
        }
    }

    fn baseline(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Setting<String>> {
        match value.get_ref().as_str().map(str::trim) {
            Some("") => {
                self.problem(&value.span(), "`baseline` is empty: name a git revision, or leave it out".to_owned());
                None
            }
            Some(text) => Some(self.setting(&value.span(), text.to_owned())),
            None => {
                self.wrong_type(value, "baseline", r#"baseline = "main""#);
                None
            }
        }
    }

    fn policy_versions(&mut self, value: &Spanned<DeValue<'_>>) -> BTreeMap<String, Setting<String>> {
        let example = r#"policy-versions = { DatasetVersionPolicy = "v3" }"#;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(value, "policy-versions", example);
            return BTreeMap::new();
        };
        let mut versions = BTreeMap::new();
        for (policy, version) in table {
            match version.get_ref().as_str() {
                Some(text) => {
                    versions.insert(policy.get_ref().to_string(), self.setting(&version.span(), text.to_owned()));
                }
                None => self.wrong_type(version, policy.get_ref(), example),
            }
        }
        versions
    }

    fn strings(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> Option<Vec<Setting<String>>> {
        let example = format!(r#"{name} = ["folder"]"#);
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(value, name, &example);
            return None;
        };
        let mut strings = Vec::new();
        for element in array.iter() {
            match element.get_ref().as_str() {
                Some(text) => strings.push(self.setting(&element.span(), text.to_owned())),
                None => self.wrong_type(element, name, &example),
            }
        }
        Some(strings)
    }

    /// Folders, made absolute from the configuration file's folder.
    fn folders(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> Option<Setting<Vec<PathBuf>>> {
        let given = self.strings(name, value)?;
        let base = self.file.path.parent().unwrap_or(Path::new("")).to_owned();
        let mut folders = Vec::new();
        for Setting { value: folder, origin } in given {
            let path = if folder == "." { base.clone() } else { base.join(&folder) };
            if path.is_dir() {
                folders.push(path);
            } else if let Origin::File { file, line } = origin {
                let message = format!("`{name}`: there is no folder `{folder}`: correct it, or take it out");
                self.problems.push(Problem { file, line, message });
            }
        }
        Some(self.setting(&value.span(), folders))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn read(text: &str) -> (Settings, Vec<(Option<u32>, String)>) {
        let file = TomlFile::of(Path::new("/p/tasklens.toml"), text);
        let table = file.parse().unwrap();
        let (settings, problems) = Settings::read(&file, table.get_ref());
        (settings, problems.into_iter().map(|problem| (problem.line, problem.message)).collect())
    }

    #[test]
    fn every_setting_is_read_with_its_line() {
        let (settings, problems) = read(concat!(
            "python = '3.12.7'\nbaseline = 'release'\nexclude = ['old/',\n 'gen.py']\n",
            "[policy-versions]\nDatasetVersionPolicy = 'v3'\n",
        ));
        assert_eq!(problems, []);
        let line = |line| Origin::File { file: PathBuf::from("/p/tasklens.toml"), line: Some(line) };
        assert_eq!(settings.python, Some(Setting { value: "3.12.7".parse().unwrap(), origin: line(1) }));
        assert_eq!(settings.baseline, Some(Setting { value: "release".to_owned(), origin: line(2) }));
        assert_eq!(settings.exclude[1], Setting { value: "gen.py".to_owned(), origin: line(4) });
        let policy = Setting { value: "v3".to_owned(), origin: line(6) };
        assert_eq!(settings.policy_versions, BTreeMap::from([("DatasetVersionPolicy".to_owned(), policy)]));
    }

    #[test]
    fn every_mistake_is_told_with_its_line_and_what_to_do() {
        let (settings, problems) = read(concat!(
            "python = 3.12\nbaseline = ['main']\npolicy_versions = {}\nexclude = 'a'\n",
            "src = ['nowhere', 1]\ncolour = true\npolicy-versions = { A = 1, B = 'b' }\n",
        ));
        assert_eq!(settings.policy_versions.keys().collect::<Vec<_>>(), ["B"], "what is right is kept");
        let expected = [
            (1, r#"`python` can't be a TOML float: write it as python = "3.12", in quotes"#),
            (2, r#"`baseline` can't be a TOML array: write it as baseline = "main""#),
            (3, "there is no setting `policy_versions`: write it `policy-versions`"),
            (4, r#"`exclude` can't be a TOML string: write it as exclude = ["folder"]"#),
            (5, r#"`src` can't be a TOML integer: write it as src = ["folder"]"#),
            (5, "`src`: there is no folder `nowhere`: correct it, or take it out"),
            (6, "there is no setting `colour`: the settings are python, baseline, policy-versions, exclude, src"),
            (7, r#"`A` can't be a TOML integer: write it as policy-versions = { DatasetVersionPolicy = "v3" }"#),
        ];
        assert_eq!(problems, expected.map(|(line, message)| (Some(line), message.to_owned())));
    }

    #[test]
    fn an_unsupported_python_is_told() {
        let (settings, problems) = read("python = '3.9'\n");
        assert_eq!(settings.python, None);
        let message = "`python`: Python 3.9 is not supported: the supported versions are 3.10 to 3.14";
        assert_eq!(problems, [(Some(1), message.to_owned())]);
    }
}
