//! Every setting, once: what documentation, messages and an editor's own list of settings are made of or held against.

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Switch,
    /// A text.
    Text,
    /// Texts.
    Texts,
    /// Texts by names of the user's choice.
    TextByName,
    /// Lists of texts by names of the user's choice.
    TextsByName,
    /// One of these words, by names of the user's choice.
    WordByName(&'static [&'static str]),
}

/// A setting.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its name in a file, with a dot between a table and its key: `lenses.tasks`.
    pub name: &'static str,
    /// Its name in an editor, below `tasklens`; `None` for what only a file says, since it is about that file's folder.
    pub editor: Option<&'static str>,
    /// What it takes.
    pub kind: Kind,
    /// A value that it could have, as TOML.
    pub example: &'static str,
    /// What it means, in one sentence.
    pub about: &'static str,
    /// What counts where it isn't set, in words.
    pub default: &'static str,
}

/// The severities that a rule can have, the worst first, and `off`.
pub const SEVERITIES: [&str; 5] = ["error", "warning", "information", "hint", "off"];

/// What an editor's own side of it reads in the same section: which program to start, and what to write down of it.
pub const OF_CLIENTS: [&str; 5] = ["enable", "log", "path", "server", "trace"];

/// All of them, in the order of the documentation.
pub const SCHEMA: [Entry; 14] = [
    Entry {
        name: "python",
        editor: Some("python"),
        kind: Kind::Text,
        example: r#""3.12""#,
        about: "The Python that submits runs, as `3.12` or `3.12.7`.",
        default: "found out from the project's files",
    },
    Entry {
        name: "baseline",
        editor: Some("baseline"),
        kind: Kind::Text,
        example: r#""main""#,
        about: "The git revision that the code is compared with, or a lock file as `tasklens.lock`.",
        default: "the merge-base with the default branch of the upstream",
    },
    Entry {
        name: "policy-versions",
        editor: Some("policyVersions"),
        kind: Kind::TextByName,
        example: r#"{ DatasetVersionPolicy = "v3" }"#,
        about: "What a cache policy of your own returns, by the name of its class.",
        default: "none",
    },
    Entry {
        name: "exclude",
        editor: None,
        kind: Kind::Texts,
        example: r#"["folder"]"#,
        about: "Files that are not looked at, as in a `.gitignore`, relative to the file's folder.",
        default: "none",
    },
    Entry {
        name: "src",
        editor: None,
        kind: Kind::Texts,
        example: r#"["folder"]"#,
        about: "The folders that absolute imports start from, relative to the file's folder.",
        default: "each folder with a `pyproject.toml` from the script upwards, the root, and their `src`",
    },
    Entry {
        name: "lenses.tasks",
        editor: Some("lenses.tasks"),
        kind: Kind::Switch,
        example: "true",
        about: "A line above each cached task that says what its next run does.",
        default: "on",
    },
    Entry {
        name: "lenses.calls",
        editor: Some("lenses.calls"),
        kind: Kind::Switch,
        example: "true",
        about: "A line above calls with known inputs that says whether the local cache holds them.",
        default: "on",
    },
    Entry {
        name: "lenses.uncached",
        editor: Some("lenses.uncached"),
        kind: Kind::Switch,
        example: "true",
        about: "A last line that counts the tasks which are not cached.",
        default: "on",
    },
    Entry {
        name: "inlay-hints",
        editor: Some("inlayHints"),
        kind: Kind::Switch,
        example: "true",
        about: "The cache behavior that a task inherits, behind its decorator.",
        default: "off",
    },
    Entry {
        name: "diagnostics",
        editor: Some("diagnostics"),
        kind: Kind::Switch,
        example: "true",
        about: "What the rules find, in the editor.",
        default: "on",
    },
    Entry {
        name: "rules.select",
        editor: Some("rules.select"),
        kind: Kind::Texts,
        example: r#"["all"]"#,
        about: "The rules that are asked, by id; `default` for those that are on by default, `all` for all.",
        default: "`default`",
    },
    Entry {
        name: "rules.ignore",
        editor: Some("rules.ignore"),
        kind: Kind::Texts,
        example: r#"["pinned-auto"]"#,
        about: "The rules that are not asked, by id.",
        default: "none",
    },
    Entry {
        name: "rules.severity",
        editor: Some("rules.severity"),
        kind: Kind::WordByName(&SEVERITIES),
        example: r#"{ pinned-auto = "information" }"#,
        about: "How grave a rule's findings are, by its id: `error`, `warning`, `information`, `hint`, or `off`.",
        default: "as the rule says",
    },
    Entry {
        name: "rules.per-file-ignores",
        editor: None,
        kind: Kind::TextsByName,
        example: r#"{ "tests/" = ["all"] }"#,
        about: "The rules that are not asked of some files, by patterns as in a `.gitignore`, relative to the file's folder.",
        default: "none",
    },
];

/// A setting by its name in a file.
pub fn entry(name: &str) -> Option<&'static Entry> {
    SCHEMA.iter().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn names_in_editors_are_those_of_files_in_camel_case() {
        let camel = |name: &str| {
            let mut parts = name.split('-').map(str::to_owned);
            let first = parts.next().unwrap();
            parts.fold(first, |all, part| all + &part[..1].to_uppercase() + &part[1..])
        };
        for entry in SCHEMA {
            assert!(entry.editor.is_none_or(|editor| editor == camel(entry.name)), "{}", entry.name);
        }
    }

    #[test]
    fn every_setting_is_documented_in_the_order_of_the_schema() {
        let page = include_str!("../../../../docs/configuration.md");
        let rows: Vec<&str> =
            page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |").map(|(name, _)| name)).collect();
        assert_eq!(rows, SCHEMA.map(|entry| entry.name));
    }
}
