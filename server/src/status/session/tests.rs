#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::*;
use crate::analysis::Buffers;
use crate::analysis::numbers::Numbers;
use crate::baseline::test_repository::{Sandbox, sandbox};
use crate::status::explain::{Selector, explain};
use crate::status::walk::Walked;
use crate::status::{Question, Report, ask, ask_in};

/// Texts as an editor has them open.
fn open(texts: &HashMap<PathBuf, String>) -> Buffers {
    texts.iter().map(|(path, text)| (path.clone(), text.as_bytes().into())).collect()
}

const ENVS: &str = "import flyte\n\nSALT = 'a'\nenv = flyte.TaskEnvironment('ml', cache=flyte.Cache('auto', salt=SALT))\n\n\ndef name():\n    return 'made'\n";

const PIPE: &str = r#""""A pipeline."""
from __future__ import annotations

import logging

import flyte
from envs import SALT, env, name
from helpers import rows

log = logging.getLogger(__name__)
LIMIT = 10
other = flyte.TaskEnvironment(name(), cache="disable")


def helper(values: list[int]) -> int:
    """Helps."""
    total = 0
    for value in values:
        if value > LIMIT:
            log.warning("large: %s", value)
            continue
        total += value * 2
    return total


@env.task(retries=2)
async def load(x: int, y: str = "é😀") -> list[int]:
    # comment
    return [x, helper([1, 2]), len(f"{y!r:>{10}}")]


@env.task(cache=flyte.Cache("override", version_override="1.0", ignored_inputs=("x",)))
def pinned(x: int) -> int:
    return x + LIMIT


@other.task
def plain(x: int) -> int:
    return x


class Part:
    limit = 3

    def total(self) -> int:
        return self.limit


def through(x: int) -> int:
    return pinned(x)


@env.task
async def main(x: int) -> int:
    first = 5
    values = await load(first, "b")
    through(3)
    for index in (1, 2):
        await pinned.override(cache="disable")(index)
    return helper(values)


if __name__ == "__main__":
    flyte.run(main, x=3)
"#;

const HELPERS: &str = "from pipe import load\n\n\ndef rows(n):\n    return load(n)\n";

const PIECES: [&str; 40] = [
    "x",
    "1",
    " ",
    "\n",
    "    ",
    "\t",
    "# é\n",
    "\"",
    "'''",
    "(",
    ")",
    "[",
    ":",
    ",",
    "=",
    "\\\n",
    "😀",
    "\r\n",
    "\r",
    "total",
    "LIMIT",
    "SALT",
    "load",
    "LIMIT.append(1)\n",
    "    global LIMIT\n",
    "    LIMIT = 3\n",
    "def g():\n    return 1\n",
    "@env.task\n",
    "@env.task\ndef h(x: int):\n    return 1\n",
    "cache=\"disable\"",
    "env.cache = 'auto'\n",
    "import envs\nenvs.SALT = 'b'\n",
    "from __future__ import annotations\n",
    "else:\n",
    "    return 2\n",
    "await load(7, 'c')",
    "pinned(4)",
    "yield",
    "env = None\n",
    "flyte",
];

impl Numbers {
    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

fn edited(numbers: &mut Numbers, text: &str) -> String {
    let start = numbers.place(text);
    let (start, end) = match numbers.below(10) {
        // At the end or the start of a line, as people type.
        0..4 => {
            let at = text[start..].find('\n').map_or(text.len(), |end| start + end + numbers.below(2));
            (at, at)
        }
        4..6 => {
            let mut end = (start + numbers.below(12)).min(text.len());
            while !text.is_char_boundary(end) {
                end += 1;
            }
            (start, end)
        }
        _ => (start, start),
    };
    let new = if numbers.below(6) == 0 { "" } else { PIECES[numbers.below(PIECES.len())] };
    format!("{}{new}{}", &text[..start], &text[end..])
}

fn project() -> Option<Sandbox> {
    let sandbox = sandbox()?;
    sandbox.git("", &["init", "-q", "-b", "main", "p"]);
    for (path, text) in [("envs.py", ENVS), ("pipe.py", PIPE), ("helpers.py", HELPERS), (".python-version", "3.12\n")] {
        sandbox.write(&format!("p/{path}"), text);
    }
    sandbox.git("p", &["add", "-A"]);
    sandbox.git("p", &["commit", "-q", "-m", "first"]);
    Some(sandbox)
}

fn outside() -> Outside {
    let path = Outside::of_process().variable("PATH").unwrap_or_default().to_owned();
    Outside::new([("PATH".into(), path)], None)
}

fn question<'a>(files: &'a Buffers, cwd: &'a Path) -> Question<'a> {
    Question { files, entries: true, ..Question::at(cwd) }
}

fn walked(files: &[&Path]) -> Walked {
    let files: Vec<PathBuf> = files.iter().map(|path| path.to_path_buf()).collect();
    Walked { named: files.clone(), files, problems: Vec::new() }
}

/// All that is said; in which state files were read that did not change, and how they were told apart, is not said.
fn told(report: &Report) -> String {
    let mut report = report.clone();
    for code in &mut report.code {
        let code = Arc::make_mut(code);
        code.stamps.clear();
        code.islands.clear();
    }
    format!("{report:#?}")
}

/// After every one of many edits, the answer of a session is that of a question by itself.
#[test]
fn a_session_answers_as_if_it_was_asked_first() {
    let Some(sandbox) = project() else { return };
    let (outside, cwd) = (outside(), sandbox.path("p"));
    let (pipe, envs) = (cwd.join("pipe.py"), cwd.join("envs.py"));
    let rounds = if is_long() { 4000 } else { 40 };
    let (mut session, mut numbers) = (Session::live(), Numbers(88_172_645_463_325_252));
    for round in 0..rounds {
        let mut texts = HashMap::from([(pipe.clone(), PIPE.to_owned()), (envs.clone(), ENVS.to_owned())]);
        // One stays broken for long once it is: so each starts anew.
        for _ in 0..5 {
            let path = if numbers.below(6) == 0 { &envs } else { &pipe };
            let text = edited(&mut numbers, &texts[path]);
            texts.insert(path.clone(), text);
            let open = open(&texts);
            let question = question(&open, &cwd);
            let live = ask_in(&mut session, &question, walked(&[&envs, &pipe]), &outside).unwrap();
            let fresh = ask(&question, walked(&[&envs, &pipe]), &outside).unwrap();
            let (live, fresh) = (told(&live), told(&fresh));
            if live != fresh {
                let differing = live.lines().zip(fresh.lines()).find(|(live, fresh)| live != fresh);
                panic!("round {round}: {differing:?}\n{}\n----\n{}", texts[&pipe], texts[&envs]);
            }
        }
    }
}

/// Which inputs are ignored is found by running Python: any edit of code that it may run casts doubt on the key, and no other.
#[test]
fn a_session_doubts_a_key_where_a_question_by_itself_does() {
    let Some(sandbox) = project() else { return };
    let text = "import flyte\nfrom flags import FLAGS\n\nignored = flyte.Cache(\"auto\", ignored_inputs=tuple(FLAGS[:len(FLAGS)]))\n\
        env = flyte.TaskEnvironment(\"e\", cache=ignored)\n\n@env.task\ndef f(x: int) -> int:\n    return x\n";
    sandbox.commit("p", "flags.py", "FLAGS = [\"x\"]\n", "flags");
    sandbox.commit("p", "picked.py", text, "picked");
    let (outside, cwd) = (outside(), sandbox.path("p"));
    let [flags, picked, pipe] = ["flags.py", "picked.py", "pipe.py"].map(|name| cwd.join(name));
    let mut session = Session::live();
    for (path, text, doubts) in [
        (&picked, text.to_owned(), false),
        (&pipe, format!("{PIPE}\n# more\n"), false),
        (&picked, format!("{text}\n# more\n"), true),
        (&picked, text.to_owned(), false),
        (&flags, "FLAGS = []\n".to_owned(), true),
    ] {
        let open = open(&HashMap::from([(path.clone(), text)]));
        let question = question(&open, &cwd);
        for report in [
            ask_in(&mut session, &question, walked(&[&picked, &pipe]), &outside).unwrap(),
            ask(&question, walked(&[&picked, &pipe]), &outside).unwrap(),
        ] {
            let f = report.tasks.iter().find(|status| status.task.place.file.ends_with("picked.py")).unwrap();
            assert!(f.task.spec.ignored_inputs.value.known().is_err());
            assert_eq!(f.other_key, doubts, "{}", path.display());
        }
    }
}

/// Edits that stay within functions are answered out of the last answer, and with it each of the others: whatever comes after what.
#[test]
fn a_session_answers_the_same_while_somebody_types_in_functions() {
    const LINES: [&str; 18] = [
        "total = 1",
        "# why",
        "total += len(str(values))",
        "return total",
        "if total > 3:\n        total = 2",
        "log.info('é😀 %s', total)",
        "\"\"\"Says what.\"\"\"",
        "total = LIMIT",
        "values[0] = 1",
        "LIMIT = 3",
        "values.name = 1",
        "total = load",
        "return pinned(1)",
        "values = await load(7, 'c')",
        "await plain.override(cache=\"disable\")(LIMIT)",
        "flyte.map(pinned, [1, 2])",
        "through(total)",
        "",
    ];
    let rounds = if is_long() { 500 } else { 6 };
    types(rounds, 1_234_567, &mut |numbers, lines| {
        let within: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with("    ")).collect();
        let at = within[numbers.below(within.len())];
        let new = LINES[numbers.below(LINES.len())];
        match numbers.below(3) {
            0 => lines[at] = format!("    {new}"),
            1 => lines.insert(at, format!("    {new}")),
            _ => lines[at].push_str("  # so"),
        }
    });
}

/// And edits that other code hears of: arguments of decorators, parameters, constants, calls, methods, definitions more and less.
#[test]
fn a_session_answers_the_same_while_somebody_types_what_others_hear_of() {
    const REPLACED: [(&str, &str); 20] = [
        ("retries=2", "retries=3"),
        ("retries=3", "retries=2, cache=\"disable\""),
        (", cache=\"disable\")", ")"),
        ("version_override=\"1.0\"", "version_override=\"2.0\""),
        ("version_override=\"2.0\"", "version_override=\"1.0\""),
        ("(\"x\",)", "(\"y\",)"),
        ("(x: int)", "(x: int, z: int = 2)"),
        (", z: int = 2)", ")"),
        ("-> int:", "-> float:"),
        ("-> float:", "-> int:"),
        ("LIMIT = 10", "LIMIT = 11"),
        ("LIMIT = 11", "LIMIT = 10"),
        ("limit = 3", "limit = 4"),
        ("return self.limit", "return self.limit + 1"),
        ("load(first", "load(LIMIT"),
        ("first = 5", "first = 6"),
        ("through(3)", "through(4)"),
        ("x=3)", "x=4)"),
        ("def through(x", "def over(x"),
        ("def over(x", "def through(x"),
    ];
    const STATEMENTS: [&str; 8] = [
        "def more(rows: list[int]) -> int:\n    return helper(rows)\n",
        "FIRST = LIMIT\n",
        "@env.task\ndef another(x: int) -> int:\n    return pinned(x)\n",
        "class Other(Part):\n    limit = 5\n",
        "# why\n",
        "more = helper\n",
        "flyte.run(pinned, x=8)\n",
        "other.cache = \"auto\"\n",
    ];
    let rounds = if is_long() { 500 } else { 12 };
    types(rounds, 7_654_321, &mut |numbers, lines| {
        let text = lines.join("\n");
        if numbers.below(6) == 0 {
            let is_top =
                |at: &usize| lines[*at].is_empty() && at.checked_sub(1).is_some_and(|above| lines[above].is_empty());
            let between: Vec<usize> = (0..lines.len()).filter(is_top).collect();
            let at = between[numbers.below(between.len())];
            lines.insert(at, STATEMENTS[numbers.below(STATEMENTS.len())].to_owned());
            return;
        }
        let (old, new) = REPLACED[numbers.below(REPLACED.len())];
        let places: Vec<usize> = text.match_indices(old).map(|(at, _)| at).collect();
        if !places.is_empty() {
            let at = places[numbers.below(places.len())];
            let text = format!("{}{new}{}", &text[..at], &text[at + old.len()..]);
            *lines = text.split('\n').map(str::to_owned).collect();
        }
    });
}

fn is_long() -> bool {
    Outside::of_process().variable("TASKLENS_LONG").is_some_and(|value| value != "0")
}

/// Edits a file again and again, and compares what a session says with what a question by itself does.
fn types(rounds: usize, seed: u64, edit: &mut dyn FnMut(&mut Numbers, &mut Vec<String>)) {
    let Some(sandbox) = project() else { return };
    let (outside, cwd) = (outside(), sandbox.path("p"));
    let (pipe, envs) = (cwd.join("pipe.py"), cwd.join("envs.py"));
    let (mut session, mut numbers) = (Session::live(), Numbers(seed));
    for round in 0..rounds {
        // Without the file that imports it, half of the time.
        let helpers = cwd.join("helpers.py");
        let imported = if round % 2 == 0 { HELPERS } else { "def rows(n):\n    return n\n" };
        let mut lines: Vec<String> = PIPE.lines().map(str::to_owned).collect();
        for _ in 0..20 {
            edit(&mut numbers, &mut lines);
            let text = lines.join("\n") + "\n";
            let texts = [(pipe.clone(), text), (envs.clone(), ENVS.to_owned()), (helpers.clone(), imported.to_owned())];
            let texts = HashMap::from(texts);
            let open = open(&texts);
            let question = question(&open, &cwd);
            let live = ask_in(&mut session, &question, walked(&[&envs, &pipe]), &outside).unwrap();
            let fresh = ask(&question, walked(&[&envs, &pipe]), &outside).unwrap();
            let (live, fresh) = (told(&live), told(&fresh));
            let differing = live.lines().zip(fresh.lines()).find(|(live, fresh)| live != fresh);
            assert!(live == fresh, "round {round}: {differing:?}\n{}", texts[&pipe]);
        }
    }
}

/// What happens on disk and in the repository is seen: the latter by itself, the former when it is said that something happened.
#[test]
fn a_session_follows_the_disk_and_the_repository() {
    let Some(sandbox) = project() else { return };
    let (outside, cwd) = (outside(), sandbox.path("p"));
    let pipe = cwd.join("pipe.py");
    let texts = HashMap::from([(pipe.clone(), PIPE.replace("return x + LIMIT", "return x - LIMIT"))]);
    let open = open(&texts);
    let mut session = Session::live();
    let ask_again = |session: &mut Session, what: &str| {
        let question = question(&open, &cwd);
        let live = ask_in(session, &question, walked(&[&pipe]), &outside).unwrap();
        let fresh = ask(&question, walked(&[&pipe]), &outside).unwrap();
        assert_eq!(told(&live), told(&fresh), "{what}");
        told(&fresh)
    };
    let first = ask_again(&mut session, "at first");
    sandbox.commit("p", "pipe.py", &texts[&pipe], "second");
    let second = ask_again(&mut session, "a commit");
    assert_ne!(first, second, "nothing changed since");
    for (path, text) in [
        ("envs.py", ENVS.replace("'a'", "'b'")),
        ("helpers.py", String::new()),
        ("new.py", "from pipe import load\nload(77)\n".to_owned()),
        (".python-version", "3.11\n".to_owned()),
        ("tasklens.toml", "exclude = ['new.py']\n".to_owned()),
    ] {
        sandbox.write(&format!("p/{path}"), &text);
        session.look_again();
        ask_again(&mut session, path);
    }
    std::fs::remove_file(cwd.join("helpers.py")).unwrap();
    session.look_again();
    ask_again(&mut session, "a file is gone");
}

/// Questions of other kinds, and about other files, leave no trace in each other's answers; and whoever looks at the code sees it.
#[test]
fn questions_of_every_kind_can_share_a_session() {
    let Some(sandbox) = project() else { return };
    let (outside, cwd) = (outside(), sandbox.path("p"));
    let (pipe, envs) = (cwd.join("pipe.py"), cwd.join("envs.py"));
    let edited = PIPE.replace("return x + LIMIT", "return x - LIMIT");
    let line = u32::try_from(PIPE.lines().position(|line| line.contains("def load")).unwrap() + 1).unwrap();
    let wanted = Selector::Line { file: pipe.clone(), line };
    let mut session = Session::live();
    for round in 0..8 {
        let texts = HashMap::from([(pipe.clone(), if round % 3 == 0 { PIPE.to_owned() } else { edited.clone() })]);
        let open = open(&texts);
        let question = question(&open, &cwd);
        let files = if round % 2 == 0 { walked(&[&pipe]) } else { walked(&[&envs, &pipe]) };
        let live = ask_in(&mut session, &question, files.clone(), &outside).unwrap();
        assert_eq!(told(&live), told(&ask(&question, files, &outside).unwrap()), "{round}");
        let explained = |session: &mut Session| {
            let found = explain(session, &question, walked(&[&pipe]), &outside, &wanted, None).unwrap();
            format!("{:#?}", found.tasks)
        };
        assert_eq!(explained(&mut session), explained(&mut Session::default()), "{round}");
        assert_eq!(explained(&mut session), explained(&mut Session::default()), "{round}, again");
    }
}
