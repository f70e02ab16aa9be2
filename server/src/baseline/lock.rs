//! `tasklens.lock`: the cache version of every cached task, to be committed with the code.
//!
//! A line a task, sorted by name, and nothing that two branches would both change: no counter, no time, no hash of the whole. Between
//! two tasks stands an empty line, since git takes changes of lines that touch for a conflict. So it merges what was changed apart, and
//! a conflict names the task that both changed, or two that both added at one place.
//!
//! ```toml
//! schema = 1
//!
//! [tasks]
//! "ml.report" = { cache = "pinned", version = "1.0", interface = "9Zs…=", body = "3f1c…" }
//!
//! "ml.train" = { cache = "auto", python = "3.12", version = "9f3a…", interface = "2V6Q…=" }
//! ```

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The version of the format.
pub const LOCK_SCHEMA: i64 = 1;
/// The file's name.
pub const LOCK_NAME: &str = "tasklens.lock";

const HEADER: &str = "# The cache version of every cached task: a line that changes is a task that computes anew.\n\
                      # Written by `tasklens lock`. After a merge conflict, run it again.\n";

/// What a lock file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// By name; several where one name is defined on several branches of the code.
    pub tasks: BTreeMap<String, Vec<Locked>>,
    /// The line of each name, 1-based.
    pub lines: BTreeMap<String, u32>,
}

/// What is locked of a task.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Locked {
    /// `auto`, `override`, or `pinned` where a given version counts.
    pub cache: String,
    /// The minor of the Python that the version is of; `None` for one that no Python makes, or where it isn't known.
    pub python: Option<String>,
    /// The version; `None` where it isn't known.
    pub version: Option<String>,
    /// The versions in images that hold another Python, by its minor.
    pub images: BTreeMap<String, String>,
    /// The hash of inputs and outputs, where it is known.
    pub interface: Option<String>,
    /// `ignored_inputs`, sorted.
    pub ignored: Vec<String>,
    /// A fingerprint of the body of a pinned task, whose version doesn't tell that it changed.
    pub body: Option<String>,
}

/// Why a lock file can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// There is none.
    #[error("there is no {}: write it with `tasklens lock`, and commit it", .0.display())]
    Missing(PathBuf),
    /// The disk refused, or it is no text.
    #[error("{} can't be read: {message}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// A merge left its marks.
    #[error("{}:{line}: a merge conflict is not resolved: run `tasklens lock`, which writes it anew from the code", .path.display())]
    Conflict {
        /// The file.
        path: PathBuf,
        /// The first mark.
        line: u32,
    },
    /// A task stands there twice, as after a merge by `union`.
    #[error("{}:{line}: {message}: run `tasklens lock`, which writes it anew from the code", .path.display())]
    Twice {
        /// The file.
        path: PathBuf,
        /// The second one.
        line: u32,
        /// What the parser says.
        message: String,
    },
    /// Written by another Tasklens.
    #[error("{} has schema {found}, and this Tasklens knows {LOCK_SCHEMA}: update Tasklens", .path.display())]
    Schema {
        /// The file.
        path: PathBuf,
        /// Its number.
        found: i64,
    },
    /// No lock file by its content.
    #[error("{}:{line}: {message}: restore the file from git, or delete it and run `tasklens lock`", .path.display())]
    NoLock {
        /// The file.
        path: PathBuf,
        /// Where.
        line: u32,
        /// What is wrong.
        message: String,
    },
}

impl LockError {
    /// Whether writing the file anew from the code is what resolves it.
    pub fn is_resolved_by_writing(&self) -> bool {
        matches!(self, Self::Missing(_) | Self::Conflict { .. } | Self::Twice { .. })
    }
}

impl Lock {
    /// Whether what names a baseline is a lock file: git allows no reference that ends so.
    pub fn is_named_by(baseline: &str) -> bool {
        baseline.ends_with(".lock")
    }

    /// Reads a lock file.
    ///
    /// # Errors
    ///
    /// [`LockError`].
    pub fn read(path: &Path) -> Result<Self, LockError> {
        let unreadable = |message: String| LockError::Unreadable { path: path.to_owned(), message };
        match std::fs::read(path) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Self::parse(path, &text),
                Err(_) => Err(unreadable("it is not UTF-8".to_owned())),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(LockError::Missing(path.to_owned())),
            Err(error) => Err(unreadable(error.to_string())),
        }
    }

    /// Reads the text of a lock file; `path` is for messages.
    ///
    /// # Errors
    ///
    /// [`LockError`], but those of reading the file.
    pub fn parse(path: &Path, text: &str) -> Result<Self, LockError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let line_at = |offset: usize| {
            let before = text.as_bytes().get(..offset).unwrap_or_default();
            u32::try_from(before.iter().filter(|&&byte| byte == b'\n').count() + 1).unwrap_or(u32::MAX)
        };
        let is_mark =
            |line: &str| ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark));
        if let Some(at) = text.lines().position(is_mark) {
            return Err(LockError::Conflict { path: path.to_owned(), line: u32::try_from(at + 1).unwrap_or(u32::MAX) });
        }
        let wrong = |at: usize, message: &str| LockError::NoLock {
            path: path.to_owned(),
            line: line_at(at),
            message: message.to_owned(),
        };
        let document = DeTable::parse(text).map_err(|error| {
            let (at, message) = (error.span().map_or(0, |span| span.start), error.message().to_owned());
            if message.contains("duplicate") {
                LockError::Twice { path: path.to_owned(), line: line_at(at), message }
            } else {
                wrong(at, &format!("not valid TOML: {message}"))
            }
        })?;
        let table = document.get_ref();
        match table.get("schema").map(Spanned::get_ref) {
            Some(DeValue::Integer(number)) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(LOCK_SCHEMA) => {}
                Ok(found) => return Err(LockError::Schema { path: path.to_owned(), found }),
                Err(_) => return Err(wrong(0, "its schema is no number")),
            },
            _ => return Err(wrong(0, "it says no `schema = 1`, so it is no lock file of Tasklens")),
        }
        let mut lock = Self::default();
        let Some(tasks) = table.get("tasks") else { return Ok(lock) };
        let tasks_table = tasks.get_ref().as_table().ok_or_else(|| wrong(tasks.span().start, "`tasks` is no table"))?;
        for (name, value) in tasks_table {
            let at = name.span().start;
            let one = |value: &Spanned<DeValue<'_>>| {
                let table = value.get_ref().as_table();
                table
                    .and_then(locked)
                    .ok_or_else(|| wrong(at, &format!("the line of {} is not readable", name.get_ref())))
            };
            let all = match value.get_ref() {
                DeValue::Array(several) => several.iter().map(one).collect::<Result<Vec<_>, _>>()?,
                _ => vec![one(value)?],
            };
            lock.lines.insert(name.get_ref().to_string(), line_at(at));
            lock.tasks.insert(name.get_ref().to_string(), all);
        }
        Ok(lock)
    }

    /// The file's text, with `\n` as its line end.
    pub fn text(&self) -> String {
        let mut text = format!("{HEADER}schema = {LOCK_SCHEMA}\n\n[tasks]\n");
        for (at, (name, all)) in self.tasks.iter().enumerate() {
            let between = if at > 0 { "\n" } else { "" };
            let one = match all.as_slice() {
                [one] => written(one),
                several => {
                    let mut several: Vec<String> = several.iter().map(written).collect();
                    several.sort();
                    format!("[{}]", several.join(", "))
                }
            };
            // Writing to a text doesn't fail.
            let _ = writeln!(text, "{between}{} = {one}", quoted(name));
        }
        text
    }
}

fn locked(table: &DeTable<'_>) -> Option<Locked> {
    // What is there and no text is wrong, not missing.
    let text = |key: &str| match table.get(key) {
        Some(value) => value.get_ref().as_str().map(|text| Some(text.to_owned())),
        None => Some(None),
    };
    let images = match table.get("images").map(Spanned::get_ref) {
        None => BTreeMap::new(),
        Some(images) => {
            let one = |(python, version): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
                let python: &std::borrow::Cow<'_, str> = python.get_ref();
                Some((python.to_string(), version.get_ref().as_str()?.to_owned()))
            };
            images.as_table()?.iter().map(one).collect::<Option<_>>()?
        }
    };
    let ignored = match table.get("ignored").map(Spanned::get_ref) {
        None => Vec::new(),
        Some(names) => {
            let name = |name: &Spanned<DeValue<'_>>| name.get_ref().as_str().map(str::to_owned);
            names.as_array()?.iter().map(name).collect::<Option<_>>()?
        }
    };
    Some(Locked {
        cache: text("cache")??,
        python: text("python")?,
        version: text("version")?,
        images,
        interface: text("interface")?,
        ignored,
        body: text("body")?,
    })
}

fn written(one: &Locked) -> String {
    let mut parts = vec![format!("cache = {}", quoted(&one.cache))];
    let mut text = |key: &str, value: &Option<String>| {
        parts.extend(value.as_ref().map(|value| format!("{key} = {}", quoted(value))));
    };
    text("python", &one.python);
    text("version", &one.version);
    if !one.images.is_empty() {
        let images = one.images.iter().map(|(python, version)| format!("{} = {}", quoted(python), quoted(version)));
        parts.push(format!("images = {{ {} }}", images.collect::<Vec<_>>().join(", ")));
    }
    parts.extend(one.interface.as_ref().map(|hash| format!("interface = {}", quoted(hash))));
    if !one.ignored.is_empty() {
        let names: Vec<String> = one.ignored.iter().map(|name| quoted(name)).collect();
        parts.push(format!("ignored = [{}]", names.join(", ")));
    }
    parts.extend(one.body.as_ref().map(|body| format!("body = {}", quoted(body))));
    format!("{{ {} }}", parts.join(", "))
}

/// A basic string of TOML, on one line whatever is in it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            character if character.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(character));
            }
            character => out.push(character),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn parse(text: &str) -> Result<Lock, LockError> {
        Lock::parse(Path::new("tasklens.lock"), text)
    }

    fn message(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    fn sample() -> Lock {
        let train = Locked {
            cache: "auto".to_owned(),
            python: Some("3.12".to_owned()),
            version: Some("9f".repeat(32)),
            images: BTreeMap::from([("3.13".to_owned(), "ab".repeat(32))]),
            interface: Some("2V6Q=".to_owned()),
            ..Locked::default()
        };
        let odd = Locked {
            cache: "pinned".to_owned(),
            version: Some("a \"b\" \\ \n\u{1f600}".to_owned()),
            ignored: vec!["x".to_owned(), "y".to_owned()],
            body: Some("00ff".to_owned()),
            ..Locked::default()
        };
        let unknown = Locked { cache: "auto".to_owned(), python: Some("3.12".to_owned()), ..Locked::default() };
        let tasks =
            [("ml.train", vec![train.clone()]), ("a \"b\".c", vec![odd.clone()]), ("two", vec![unknown, train])];
        let tasks: BTreeMap<_, _> = tasks.into_iter().map(|(name, all)| (name.to_owned(), all)).collect();
        Lock { tasks, lines: BTreeMap::new() }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let lock = sample();
        let read = parse(&lock.text()).unwrap();
        assert_eq!(read.text(), lock.text());
        assert_eq!(read.tasks["ml.train"], lock.tasks["ml.train"]);
        assert_eq!(read.tasks["a \"b\".c"], lock.tasks["a \"b\".c"]);
        assert_eq!(read.tasks["two"].len(), 2);
        assert_eq!(read.lines["ml.train"], 8);
        let windows = lock.text().replace('\n', "\r\n");
        assert_eq!(parse(&windows).unwrap(), read);
        assert_eq!(parse(&format!("\u{feff}{windows}")).unwrap(), read);
        // A line a task.
        assert_eq!(lock.text().lines().filter(|line| line.contains("cache")).count() - 1, lock.tasks.len());
    }

    #[test]
    fn what_is_wrong_says_where_and_what_to_do() {
        let conflict = sample().text().replacen("\"ml.train\"", "<<<<<<< HEAD\n\"ml.train\"", 1);
        let said = message(&conflict);
        assert!(said.starts_with("tasklens.lock:8: a merge conflict"), "{said}");
        assert!(said.contains("run `tasklens lock`"), "{said}");
        let twice = format!("{}\"ml.train\" = {{ cache = \"auto\" }}\n", sample().text());
        assert!(message(&twice).contains("duplicate key"), "{}", message(&twice));
        assert!(parse(&twice).unwrap_err().is_resolved_by_writing());
        assert_eq!(
            message("schema = 7\n[tasks]\n"),
            "tasklens.lock has schema 7, and this Tasklens knows 1: update Tasklens"
        );
        for (text, expected) in [
            ("", "tasklens.lock:1: it says no `schema = 1`"),
            ("schema = 1\n[tasks]\n\"a.b\" = 3\n", "tasklens.lock:3: the line of a.b is not readable"),
            ("schema = 1\n[tasks]\n\"a.b\" = { cache = 3 }\n", "tasklens.lock:3: the line of a.b is not readable"),
            (
                "schema = 1\n[tasks]\n\"a.b\" = { cache = \"auto\", version = 3 }\n",
                "tasklens.lock:3: the line of a.b is not readable",
            ),
            ("schema = 1\ntasks = 1\n", "tasklens.lock:2: `tasks` is no table"),
            ("schema = 1\nx y\n", "tasklens.lock:2: not valid TOML"),
        ] {
            assert!(message(text).starts_with(expected), "{text}: {}", message(text));
            assert!(!parse(text).unwrap_err().is_resolved_by_writing(), "{text}");
        }
    }

    #[test]
    fn branches_that_lock_other_tasks_merge_without_a_conflict() {
        let Some(sandbox) = super::super::test_repository::sandbox() else { return };
        let task = |version: &str| {
            vec![Locked { cache: "auto".to_owned(), version: Some(version.to_owned()), ..Locked::default() }]
        };
        let names: Vec<String> = ('a'..='j').map(|name| format!("e.{name}")).collect();
        let base = Lock { tasks: names.iter().map(|name| (name.clone(), task("1"))).collect(), ..Lock::default() };
        let with = |name: &str, version: &str| {
            let mut lock = base.clone();
            lock.tasks.insert(name.to_owned(), task(version));
            lock.text()
        };
        sandbox.git("", &["init", "-q", "-b", "main", "p"]);
        sandbox.commit("p", "tasklens.lock", &base.text(), "base");
        sandbox.git("p", &["switch", "-q", "-c", "side"]);
        sandbox.commit("p", "tasklens.lock", &with("e.b", "2"), "side");
        sandbox.git("p", &["switch", "-q", "main"]);
        // Its neighbour.
        sandbox.commit("p", "tasklens.lock", &with("e.c", "3"), "main");
        sandbox.git("p", &["merge", "-q", "--no-edit", "side"]);
        let merged = std::fs::read_to_string(sandbox.path("p/tasklens.lock")).unwrap();
        let lock = parse(&merged).unwrap();
        assert_eq!((&lock.tasks["e.b"], &lock.tasks["e.c"]), (&task("2"), &task("3")));
        assert_eq!(lock.text(), merged, "it is as it would be written anew");

        // Both add a task at one place, which git takes in where it is told to.
        sandbox.commit("p", ".gitattributes", "tasklens.lock merge=union\n", "union");
        sandbox.git("p", &["switch", "-q", "-c", "other"]);
        for (branch, name) in [("other", "e.dd"), ("main", "e.de")] {
            sandbox.git("p", &["switch", "-q", branch]);
            let mut own = lock.clone();
            own.tasks.insert(name.to_owned(), task("1"));
            sandbox.commit("p", "tasklens.lock", &own.text(), name);
        }
        sandbox.git("p", &["merge", "-q", "--no-edit", "other"]);
        let merged = parse(&std::fs::read_to_string(sandbox.path("p/tasklens.lock")).unwrap()).unwrap();
        assert_eq!((&merged.tasks["e.dd"], &merged.tasks["e.de"]), (&task("1"), &task("1")));
        assert_eq!(merged.tasks.len(), lock.tasks.len() + 2);
    }
}
