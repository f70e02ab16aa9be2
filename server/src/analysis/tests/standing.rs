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
}

impl Analyzed {
    fn new(files: &Open) -> Self {
        let summaries = Summaries::default();
        let paths = files.edited();
        let (project, notes) = analyze_noting(&summaries, files, &roots(), &paths);
        let standing = Standing::of(files, &summaries, notes);
        Self { summaries, paths, project, standing }
    }

    /// Whether it stands after an edit; then what it found is compared with what is found now.
    fn stands(&mut self, files: &Open) -> bool {
        let Some(standing) = &mut self.standing else { return false };
        let Some(since) = standing.since(files, &roots(), &self.summaries, &self.project) else { return false };
        if let Since::Edit(edit) = since
            && self.project.follow(&edit).is_none()
        {
            return false;
        }
        let fresh = analyze(files, &roots(), &self.paths);
        let (then, now) = (format!("{:#?}", self.project), format!("{fresh:#?}"));
        if then != now {
            let texts: Vec<&str> = files.0.values().map(String::as_str).collect();
            let differing = then.lines().zip(now.lines()).find(|(then, now)| then != now);
            panic!("{differing:?}\n{}", texts.join("\n----\n"));
        }
        true
    }
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

/// A line within something, or the place behind it, with something else in it.
fn edited(numbers: &mut Numbers, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
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
            if !analyzed.stands(&files) {
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

/// Whether an analysis stands after the last of some edits.
fn stands(edits: &[(&str, &str)]) -> bool {
    let (code, shared) = (PathBuf::from("/p/a.py"), PathBuf::from("/p/shared.py"));
    let mut files = Open([(code.clone(), CODE.to_owned()), (shared, "rate = 1\n".to_owned())].into());
    let mut analyzed = Analyzed::new(&files);
    let mut stands = false;
    for (old, new) in edits {
        assert!(files.0[&code].contains(old), "{old}");
        let text = files.0[&code].replacen(old, new, 1);
        files.0.insert(code.clone(), text);
        stands = analyzed.stands(&files);
    }
    stands
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
        assert!(stands(&[(old, new)]), "{old:?} to {new:?}");
    }
    assert!(stands(&[("total = 0", "total = 1"), ("x %s", "x is %s"), ("return total", "\n\n    return total")]));
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
        assert!(!stands(&[(old, new)]), "{old:?} to {new:?}");
    }
}
