//! From values to settings, telling what is wrong with each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cache_core::python::PythonVersion;

use super::super::Origin;
use super::node::{Node, Shape};
use super::schema::{Kind, OF_CLIENTS, SCHEMA, SEVERITIES, entry};
use super::{Complaint, Setting, Settings};

/// A name, where it stands, and what it is set to.
type Named = (String, Origin, Node);

pub struct Reader<'f> {
    /// The folder that relative ones are in.
    base: Option<&'f Path>,
    complaints: Vec<Complaint>,
}

impl<'f> Reader<'f> {
    /// Reads all of a table; what is wrong is told in the order in which it is written.
    pub fn read(table: Vec<Named>, base: Option<&'f Path>) -> (Settings, Vec<Complaint>) {
        let mut reader = Self { base, complaints: Vec::new() };
        let mut settings = Settings::default();
        reader.table("", table, &mut settings);
        let line = |complaint: &Complaint| match &complaint.origin {
            Origin::File { line, .. } => *line,
            _ => None,
        };
        reader.complaints.sort_by_key(line);
        (settings, reader.complaints)
    }

    fn table(&mut self, prefix: &str, table: Vec<Named>, settings: &mut Settings) {
        for (key, origin, node) in table {
            let is_editor = matches!(origin, Origin::Editor(_));
            let name = format!("{prefix}{}", if is_editor { kebab(&key) } else { key.clone() });
            let known = entry(&name).filter(|entry| !is_editor || entry.editor.is_some());
            let inner = format!("{name}.");
            let is_table = prefix.is_empty() && SCHEMA.iter().any(|entry| entry.name.starts_with(&inner));
            match (known, node) {
                (Some(_), node) => self.setting(&name, node, settings),
                (None, Node { shape: Shape::Table(table), .. }) if is_table => self.table(&inner, table, settings),
                (None, node) if is_table => self.wrong_table(&name, &node),
                (None, node) if is_editor && prefix.is_empty() && key == "interpreter" => {
                    settings.interpreter = interpreter(node);
                }
                (None, _) if is_editor && prefix.is_empty() && OF_CLIENTS.contains(&&*key) => {}
                (None, _) => self.unknown(prefix, &format!("{prefix}{key}"), origin),
            }
        }
    }

    fn setting(&mut self, name: &str, node: Node, settings: &mut Settings) {
        let rules = &mut settings.rules;
        match name {
            "python" => settings.python = self.python(node),
            "baseline" => settings.baseline = self.baseline(node),
            "policy-versions" => settings.policy_versions = self.texts_by_name(name, node),
            "exclude" => settings.exclude = self.texts(name, node).unwrap_or_default(),
            "src" => settings.src = self.folders(name, node),
            "lenses.tasks" => settings.lenses.tasks = self.switch(name, node),
            "lenses.calls" => settings.lenses.calls = self.switch(name, node),
            "lenses.uncached" => settings.lenses.uncached = self.switch(name, node),
            "inlay-hints" => settings.inlay_hints = self.switch(name, node),
            "diagnostics" => settings.diagnostics = self.switch(name, node),
            "rules.select" => rules.select = self.texts(name, node),
            "rules.ignore" => rules.ignore = self.texts(name, node).unwrap_or_default(),
            "rules.severity" => rules.severity = self.severities(name, node),
            "rules.per-file-ignores" => rules.per_file_ignores = self.lists_by_name(name, node),
            _ => {}
        }
    }

    fn complain(&mut self, origin: Origin, message: String) {
        self.complaints.push(Complaint { origin, message });
    }

    /// Says what `called` can't be; `name` is the setting that it is or is a part of.
    fn wrong_type(&mut self, node: &Node, name: &str, called: &str) {
        let example = example(name, &node.origin);
        let message = format!("`{called}` can't be a {}: write it as {example}", node.kind);
        self.complain(node.origin.clone(), message);
    }

    fn wrong_table(&mut self, name: &str, node: &Node) {
        let inner = SCHEMA.iter().filter(|entry| entry.name.starts_with(&format!("{name}.")));
        let names: Vec<&str> = inner.map(|entry| entry.name).collect();
        let message = format!("`{name}` can't be a {}: set {}", node.kind, names.join(", "));
        self.complain(node.origin.clone(), message);
    }

    fn unknown(&mut self, prefix: &str, name: &str, origin: Origin) {
        let is_editor = matches!(origin, Origin::Editor(_));
        let meant = name.to_lowercase().replace(['_', '-'], "");
        let is_meant = |known: &str| known.to_lowercase().replace('-', "") == meant;
        let spelled = |entry: &super::Entry| if is_editor { entry.editor } else { Some(entry.name) };
        let message = match SCHEMA.iter().find(|entry| is_meant(entry.name)) {
            Some(entry) => match spelled(entry) {
                Some(known) => format!("there is no setting `{name}`: write it `{known}`"),
                None => format!("`{name}` is set in a file: write it in tasklens.toml or pyproject.toml"),
            },
            None => {
                let known = SCHEMA.iter().filter(|entry| entry.name.starts_with(prefix)).filter_map(spelled);
                format!("there is no setting `{name}`: the settings are {}", known.collect::<Vec<_>>().join(", "))
            }
        };
        self.complain(origin, message);
    }

    fn text(&mut self, name: &str, node: Node) -> Option<Setting<String>> {
        match node.shape {
            Shape::Text(value) => Some(Setting { value, origin: node.origin }),
            _ => {
                self.wrong_type(&node, name, name);
                None
            }
        }
    }

    fn switch(&mut self, name: &str, node: Node) -> Option<Setting<bool>> {
        match node.shape {
            Shape::Switch(value) => Some(Setting { value, origin: node.origin }),
            _ => {
                self.wrong_type(&node, name, name);
                None
            }
        }
    }

    fn python<V: std::str::FromStr<Err: std::fmt::Display>>(&mut self, node: Node) -> Option<Setting<V>> {
        // As a number 3.10 would be 3.1, so only text is taken.
        let Setting { value, origin } = self.text("python", node)?;
        match value.parse() {
            Ok(value) => Some(Setting { value, origin }),
            // An editor's field that was cleared.
            Err(_) if value.is_empty() && matches!(origin, Origin::Editor(_)) => None,
            Err(error) => {
                self.complain(origin, format!("`python`: {error}"));
                None
            }
        }
    }

    fn baseline(&mut self, node: Node) -> Option<Setting<String>> {
        let Setting { value, origin } = self.text("baseline", node)?;
        match value.trim() {
            "" if matches!(origin, Origin::Editor(_)) => None,
            "" => {
                self.complain(origin, "`baseline` is empty: name a git revision, or leave it out".to_owned());
                None
            }
            revision => Some(Setting { value: revision.to_owned(), origin }),
        }
    }

    /// What `each` makes of the values of a table.
    fn by_name<T>(
        &mut self,
        name: &str,
        node: Node,
        mut each: impl FnMut(&mut Self, &str, Node) -> Option<T>,
    ) -> BTreeMap<String, T> {
        let Shape::Table(table) = node.shape else {
            self.wrong_type(&node, name, name);
            return BTreeMap::new();
        };
        table.into_iter().filter_map(|(key, _, node)| each(self, &key, node).map(|value| (key, value))).collect()
    }

    fn texts_by_name(&mut self, name: &str, node: Node) -> BTreeMap<String, Setting<String>> {
        self.by_name(name, node, |reader, key, node| match node.shape {
            Shape::Text(value) => Some(Setting { value, origin: node.origin }),
            _ => {
                reader.wrong_type(&node, name, key);
                None
            }
        })
    }

    fn lists_by_name(&mut self, name: &str, node: Node) -> BTreeMap<String, Vec<Setting<String>>> {
        self.by_name(name, node, |reader, key, node| reader.list(name, key, node))
    }

    fn severities(&mut self, name: &str, node: Node) -> BTreeMap<String, Setting<&'static str>> {
        self.by_name(name, node, |reader, key, node| {
            let word = match &node.shape {
                Shape::Text(word) => SEVERITIES.into_iter().find(|known| known == word),
                _ => {
                    reader.wrong_type(&node, name, key);
                    return None;
                }
            };
            if word.is_none() {
                let message = format!("`{key}` can't have that severity: it is one of {}", SEVERITIES.join(", "));
                reader.complain(node.origin.clone(), message);
            }
            word.map(|value| Setting { value, origin: node.origin })
        })
    }

    fn texts(&mut self, name: &str, node: Node) -> Option<Vec<Setting<String>>> {
        self.list(name, name, node)
    }

    /// The texts in a list; `called` is the setting, or the key in it, that has the list.
    fn list(&mut self, name: &str, called: &str, node: Node) -> Option<Vec<Setting<String>>> {
        let Shape::List(items) = node.shape else {
            self.wrong_type(&node, name, called);
            return None;
        };
        let mut texts = Vec::new();
        for item in items {
            match item.shape {
                Shape::Text(value) => texts.push(Setting { value, origin: item.origin }),
                _ => self.wrong_type(&item, name, called),
            }
        }
        Some(texts)
    }

    /// Folders, made absolute from the configuration file's folder.
    fn folders(&mut self, name: &str, node: Node) -> Option<Setting<Vec<PathBuf>>> {
        let origin = node.origin.clone();
        let given = self.texts(name, node)?;
        let base = self.base.unwrap_or(Path::new("")).to_owned();
        let mut folders = Vec::new();
        for Setting { value: folder, origin } in given {
            let path = if folder == "." { base.clone() } else { base.join(&folder) };
            if path.is_dir() {
                folders.push(path);
            } else {
                self.complain(origin, format!("`{name}`: there is no folder `{folder}`: correct it, or take it out"));
            }
        }
        Some(Setting { value: folders, origin })
    }
}

/// The interpreter that an editor's client says is selected, as its version and path. Said by a program: what can't be read is passed
/// over, a Python that is not known too.
fn interpreter(node: Node) -> Option<Setting<PythonVersion>> {
    let Shape::Table(table) = node.shape else { return None };
    let text = |wanted: &str| {
        table.iter().find_map(|(name, _, node)| match &node.shape {
            Shape::Text(text) if name == wanted => Some(text.clone()),
            _ => None,
        })
    };
    let value = text("version")?.parse().ok()?;
    Some(Setting { value, origin: Origin::Interpreter(PathBuf::from(text("path")?)) })
}

/// `policyVersions` as `policy-versions`.
fn kebab(name: &str) -> String {
    let mut kebab = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

/// How a setting could be written where it was.
fn example(name: &str, origin: &Origin) -> String {
    let Some(entry) = entry(name) else { return name.to_owned() };
    let quotes = if entry.kind == Kind::Text && name == "python" { ", in quotes" } else { "" };
    match (origin, entry.editor) {
        (Origin::Editor(_), Some(editor)) => {
            // TOML's tables are the only values that JSON writes in another way.
            let value = match entry.example.strip_prefix("{ ").and_then(|inner| inner.split_once(" = ")) {
                Some((key, rest)) => format!("{{ \"{key}\": {rest}"),
                None => entry.example.to_owned(),
            };
            format!(r#""tasklens.{editor}": {value}{quotes}"#)
        }
        _ => format!("{name} = {}{quotes}", entry.example),
    }
}
