//! Analyses that still stand after an edit: what they found, moved, is what a fresh analysis finds. Tried on all snippets of all tests, with
//! edits of their own lines.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Memory, roots};
use crate::analysis::numbers::Numbers;
use crate::analysis::*;
use crate::environment::Outside;

/// Files that are open in an editor.
#[derive(Clone)]
struct Open(BTreeMap<PathBuf, String>);

impl Files for Open {
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        self.0.get(path).map(|text| Arc::from(text.as_bytes())).ok_or(io::ErrorKind::NotFound.into())
    }

    fn is_file(&self, path: &Path) -> bool {
        self.0.contains_key(path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.0.keys().any(|file| file != path && file.starts_with(path))
    }

    fn is_edited(&self, path: &Path) -> bool {
        self.0.contains_key(path)
    }

    fn edited(&self) -> Vec<PathBuf> {
        self.0.keys().cloned().collect()
    }

    fn looks(&self) -> u64 {
        1
    }
}

/// An analysis with what it stands on.
struct Analyzed {
    summaries: Summaries,
    paths: Vec<PathBuf>,
    project: Project,
    /// Nothing where a file can't be read.
    standing: Option<Standing>,
    /// What it is of.
    files: Open,
}

impl Analyzed {
    fn new(files: &Open) -> Self {
        let summaries = Summaries::default();
        let paths = files.edited();
        let (project, notes) = analyze_noting(&summaries, files, &roots(), &paths);
        let standing = Standing::of(files, &summaries, notes);
        Self { summaries, paths, project, standing, files: files.clone() }
    }

    /// What an edit leads to; where it is not made anew, what it found is compared with what is found now.
    fn after(&mut self, files: &Open) -> After {
        let Some(standing) = &mut self.standing else { return After::Anew };
        let since = standing.since(files, &roots(), &self.summaries, &self.project);
        let (done, after) = match since {
            None => return After::Anew,
            Some(Since::Nothing) => (Some(()), After::Stands),
            Some(Since::Edit(edit)) => (self.project.follow(&edit), After::Stands),
            Some(Since::Heard(edit, heard)) => (self.project.hear(&edit, &heard).map(drop), After::Hears),
        };
        if done.is_none() {
            return After::Anew;
        }
        let fresh = analyze(files, &roots(), &self.paths);
        let (then, now) = (format!("{:#?}", self.project), format!("{fresh:#?}"));
        if then != now {
            let texts: Vec<&str> = self.files.0.values().chain(files.0.values()).map(String::as_str).collect();
            let differing = then.lines().zip(now.lines()).find(|(then, now)| then != now);
            panic!("{after:?} {differing:?}\n{}", texts.join("\n----\n"));
        }
        self.files = files.clone();
        after
    }
}

/// What becomes of an analysis after an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// Nothing hears of it.
    Stands,
    /// A part of the code is looked at again.
    Hears,
    /// It is made anew.
    Anew,
}

/// Functions that have nothing to do with the snippet, until something is written into them.
const PROBES: &str = "\n\ndef probe_one(rows, extra=None):\n    total = 0\n    for row in rows:\n        total += row\n    return total\n\n\n\
                      async def probe_two(probe):\n    \"\"\"Probes.\"\"\"\n    value = probe_one([1, 2], probe)\n    value.field = 3\n    return value\n";

const PIECES: [&str; 16] = [
    "",
    "# why",
    "x = 5",
    "total = 7",
    "return 3",
    "yield 1",
    "y = [probe_one][0](x)",
    "probe_two(1)",
    "print(\"[\", {'a': 1}['a'])",
    "x['a'] = 1",
    "rows.append(2)",
    "class Inner: pass",
    "def inner(): return total",
    "global total",
    "x.cache = 3",
    "import json",
];

/// Statements of the top level.
const STATEMENTS: [&str; 14] = [
    "",
    "# why",
    "LIMIT = 3",
    "probe_one = probe_two",
    "PROBED = probe_one([1], LIMIT)",
    "def probe_three(rows: list[int] = [1]) -> int:\n    return probe_one(rows)",
    "class Probe:\n    limit = 3\n\n    def total(self):\n        return probe_one([self.limit])",
    "@env.task\ndef probing(x: int = 2) -> int:\n    return x",
    "if probe_one:\n    LIMIT = 4",
    "for x in [1, 2]:\n    pass",
    "probe_two(1)",
    "env.cache = \"auto\"",
    "import json",
    "raise SystemExit(0)",
];

/// Another state of a text, as people type: in functions, in what stands around them, and elsewhere.
fn edited(numbers: &mut Numbers, text: &str) -> String {
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    match numbers.below(4) {
        0 => replaced(numbers, lines),
        1 => between(numbers, lines),
        _ => within(numbers, text, lines),
    }
}

/// With a number, a word or a character that is another one.
fn replaced(numbers: &mut Numbers, mut lines: Vec<String>) -> String {
    let words: Vec<String> =
        lines.join(" ").split(|char: char| !char.is_alphanumeric() && char != '_').map(str::to_owned).collect();
    let words: Vec<&String> = words.iter().filter(|word| !word.is_empty()).collect();
    let at = numbers.below(lines.len());
    let parts: Vec<(usize, &str)> =
        lines[at].match_indices(|char: char| char.is_alphanumeric() || "\"=(,:@".contains(char)).collect();
    if !parts.is_empty() {
        let (start, part) = parts[numbers.below(parts.len())];
        let new = match (part, numbers.below(3)) {
            ("=", _) => "= 1 + ",
            (",", 0) => ", more=1, ",
            (",", _) => ", *args, ",
            ("(", _) => "(extra=3, ",
            (":", _) => ": int | ",
            ("@", _) => "# ",
            (_, 0) => "7",
            (_, 1) => "",
            _ => words[numbers.below(words.len())],
        };
        let line = format!("{}{new}{}", &lines[at][..start], &lines[at][start + part.len()..]);
        lines[at] = line;
    }
    lines.join("\n") + "\n"
}

/// With a statement more or less between those of the top level, or with one of them moved.
fn between(numbers: &mut Numbers, mut lines: Vec<String>) -> String {
    let top: Vec<usize> =
        (0..lines.len()).filter(|at| lines[*at].starts_with(|first: char| !first.is_whitespace())).collect();
    if top.is_empty() {
        return lines.join("\n") + "\n";
    }
    let at = top[numbers.below(top.len())];
    match numbers.below(4) {
        0 => drop(lines.remove(at)),
        1 => {
            let line = lines.remove(at);
            let at = top[numbers.below(top.len())].min(lines.len());
            lines.insert(at, line);
        }
        _ => lines.insert(at, STATEMENTS[numbers.below(STATEMENTS.len())].to_owned()),
    }
    lines.join("\n") + "\n"
}

/// With a line within something that is another one, or one behind it.
fn within(numbers: &mut Numbers, text: &str, mut lines: Vec<String>) -> String {
    let inner: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with(' ')).collect();
    if inner.is_empty() {
        return text.to_owned();
    }
    let at = inner[numbers.below(inner.len())];
    let indent: String = lines[at].chars().take_while(|char| *char == ' ').collect();
    let piece = match numbers.below(3) {
        0 => lines[numbers.below(lines.len())].trim().to_owned(),
        _ => PIECES[numbers.below(PIECES.len())].to_owned(),
    };
    match numbers.below(4) {
        0 => lines[at].push_str(&format!("  # {piece}")),
        1 => lines[at] = format!("{indent}{piece}"),
        2 => lines.insert(at + 1, format!("{indent}{piece}")),
        _ => lines.insert(at, format!("{indent}{piece}")),
    }
    lines.join("\n") + "\n"
}

/// Edits the files of a snippet, and compares.
pub fn survives_edits(snippet: &Memory) {
    let is_long = Outside::of_process().variable("TASKLENS_LONG").is_some_and(|value| value != "0");
    let rounds = if is_long { 200 } else { 2 };
    let whole = Open(snippet.files.iter().map(|(path, text)| (path.clone(), format!("{text}{PROBES}"))).collect());
    let mut numbers = Numbers(88_172_645_463_325_252);
    for _ in 0..rounds {
        let mut files = whole.clone();
        let mut analyzed = Analyzed::new(&files);
        for _ in 0..4 {
            let path = analyzed.paths[numbers.below(analyzed.paths.len())].clone();
            let text = edited(&mut numbers, &files.0[&path]);
            files.0.insert(path, text);
            if analyzed.after(&files) == After::Anew {
                analyzed = Analyzed::new(&files);
            }
        }
    }
}

const CODE: &str = r#"
import json, logging, flyte
from shared import rate
log = logging.getLogger(__name__)
env = flyte.TaskEnvironment("e", cache="auto")
LIMITS = [1, 2]
def helper(x, y=1):
    log.info("x %s", x)
    return json.dumps(x)
def through(x):
    return step(x)
def name():
    return "made"
named = flyte.TaskEnvironment(name())
@env.task
async def step(x: int) -> int:
    total = 0  # here
    for one in range(x):
        total += helper(one)
    return total
@env.task
async def main(x: int) -> int:
    await step(LIMITS)
    return through(x)
"#;

/// What becomes of an analysis after the last of some edits.
fn after(edits: &[(&str, &str)]) -> After {
    let (code, shared) = (PathBuf::from("/p/a.py"), PathBuf::from("/p/shared.py"));
    let mut files = Open([(code.clone(), CODE.to_owned()), (shared, "rate = 1\n".to_owned())].into());
    let mut analyzed = Analyzed::new(&files);
    let mut after = After::Anew;
    for (old, new) in edits {
        assert!(files.0[&code].contains(old), "{old}");
        let text = files.0[&code].replacen(old, new, 1);
        files.0.insert(code.clone(), text);
        after = analyzed.after(&files);
    }
    after
}

#[test]
fn what_is_within_a_function_and_leads_nowhere_is_not_heard_of() {
    for (old, new) in [
        ("total = 0", "total = 123"),
        ("total = 0", "total = zero"),
        ("# here", "# here and there, é😀"),
        ("total = 0", "total = 0\n    # why\n\n    other = json.loads('{}')"),
        ("helper(one)", "one"),
        ("return total", "if total:\n        return helper(total, [1])\n    return 2"),
        ("\"x %s\"", "\"{}\".format(x), 'x'"),
        ("return json.dumps(x)\n", "return json.dumps(x)\n# behind it\n\n"),
        ("LIMITS = [1, 2]", "LIMITS = [1, 2]  # of rows"),
    ] {
        assert_eq!(after(&[(old, new)]), After::Stands, "{old:?} to {new:?}");
    }
    let edits = [("total = 0", "total = 1"), ("x %s", "x is %s"), ("return total", "\n\n    return total")];
    assert_eq!(after(&edits), After::Stands);
}

#[test]
fn what_leads_somewhere_is_heard_of() {
    for (old, new) in [
        ("total = 0", "total = await step(1)"),
        ("total = 0", "total = 0 if x else main"),
        ("total = 0", "total = through(x)"),
        ("total = 0", "total = rate"),
        ("total = 0", "total = env"),
        ("total = 0", "LIMITS.append(3)"),
        ("total = 0", "global total"),
        ("total = 0", "import shared"),
        ("return json.dumps(x)", "yield x"),
        ("total = 0", "log.cache = 0"),
        ("total = 0", "log.level = 0"),
        ("total = 0", "# tasklens: ignore"),
        ("total = 0", "@log.task\n    def inner(): pass"),
        ("total = 0", "total = ("),
        ("\"made\"", "\"other\""),
        ("(x, y=1)", "(x, y=2)"),
        ("cache=\"auto\"", "cache=\"disable\""),
        ("await step(LIMITS)", "await step(3)"),
        ("def helper(x", "def other(x"),
        ("    return total\n", "    return total\nx = 1\n"),
        ("import json", "import flyte.io"),
    ] {
        assert_ne!(after(&[(old, new)]), After::Stands, "{old:?} to {new:?}");
    }
}

#[test]
fn of_an_edit_only_those_are_looked_at_again_that_hear_of_it() {
    for (old, new) in [
        ("total = 0", "total = await step(1)"),
        ("total = 0", "total = rate"),
        ("(x: int) -> int:\n    total", "(x: int, y: str = \"é\") -> int:\n    total"),
        ("@env.task\nasync def step", "@env.task(retries=2)\nasync def step"),
        ("def helper(x, y=1)", "def helper(x, y=2)"),
        ("def helper(x", "class Part:\n    def total(self):\n        return 1\ndef helper(x"),
        ("cache=\"auto\"", "cache=\"override\""),
    ] {
        assert_eq!(after(&[(old, new)]), After::Hears, "{old:?} to {new:?}");
    }
    let edits = [("total = 0", "total = await step(3)"), ("retries=2", "retries=3"), ("step(3)", "step(4)")];
    let first = [("@env.task\nasync def step", "@env.task(retries=2)\nasync def step")];
    assert_eq!(after(&[&first[..], &edits].concat()), After::Hears);
}

#[test]
fn what_names_do_not_tell_is_looked_at_whole() {
    for (old, new) in [
        ("LIMITS = [1, 2]", "LIMITS = [1, 2, 3]"),
        ("total = 0", "global total"),
        ("import json", "import flyte.io"),
        ("from shared import rate", "from shared import *"),
        ("total = 0", "env.cache = \"disable\""),
        ("return step(x)", "return step(x + 1)"),
        ("await step(LIMITS)", "await step(LIMITS[1:])"),
    ] {
        assert_eq!(after(&[(old, new)]), After::Anew, "{old:?} to {new:?}");
    }
}
