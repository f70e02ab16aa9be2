//! What stands at a place. `¦` in a snippet is the place.

use std::path::{Path, PathBuf};

use super::super::cursor::{Code, Holder, Meaning, TaskName, pointed};
use super::{Memory, place, roots};
use crate::analysis::{Known, Summaries};

/// The files of a snippet, the one that is pointed into, and where.
pub fn marked(snippet: &str) -> (Memory, PathBuf, usize) {
    let mut files = Memory::new(snippet);
    let has_mark = |(path, text): (&PathBuf, &String)| Some((path.clone(), text.find('¦')?));
    let (path, offset) = files.files.iter().find_map(has_mark).unwrap();
    let text = files.files.get_mut(&path).unwrap();
    *text = text.replace('¦', "");
    (files, path, offset)
}

fn told(snippet: &str) -> String {
    let (files, path, offset) = marked(snippet);
    let (roots, summaries) = (roots(), Summaries::default());
    let code = Code { files: &files, roots: &roots, summaries: &summaries };
    let Some(pointed) = pointed(code, &path, offset) else { return "nothing".to_owned() };
    let word = &files.files[&path][pointed.range];
    format!("{word}: {}", meaning(&pointed.meaning))
}

fn meaning(meaning: &Meaning) -> String {
    match meaning {
        Meaning::Task { tasks, call } => {
            let call = call.as_ref().map_or(String::new(), |call| format!(" called {}", place(call)));
            format!("task {}{call}", tasks.iter().map(name).collect::<Vec<_>>().join(" or "))
        }
        Meaning::Trace => "trace".to_owned(),
        Meaning::Cache { made } => {
            format!("Cache {}", made.as_ref().map_or("-".to_owned(), |(made, last)| format!("{}-{last}", place(made))))
        }
        Meaning::Argument { name, value } => format!("keyword {name} {}", place(value)),
        Meaning::Given { to, value } => format!("cache of {} {}", holder(to), place(value)),
        Meaning::Behavior { word, read, place: at } => match read {
            Ok(behavior) => format!("{word:?} is {} {}", behavior.word(), place(at)),
            Err(error) => format!("{word:?} {}", error.split(':').next().unwrap()),
        },
        Meaning::Ignored { name, place: at } => format!("ignored {name} {}", place(at)),
        Meaning::Input { name: input, task } => format!("input {input} of {}", name(task)),
    }
}

fn holder(holder: &Holder) -> String {
    match holder {
        Holder::Task(task) => name(task),
        Holder::Environment(Known::Value(name)) => format!("environment {name}"),
        Holder::Environment(Known::Unknown(_)) => "an environment".to_owned(),
        Holder::Call(task, at) => format!("the call {} of {}", place(at), name(task)),
        Holder::Maker => "what it decorates".to_owned(),
    }
}

fn name(task: &TaskName) -> String {
    let branch = task.branch.as_ref().map_or(String::new(), |branch| format!(" ({branch})"));
    format!("{}@{}{branch}", task.function, place(&task.place))
}

/// A task in a file that knows the SDK by all its names.
fn check_in(rest: &str, expected: &str) {
    let head = "import flyte\nimport flyte as fl\nfrom flyte import Cache, Cache as C, trace, TaskEnvironment\nenv = TaskEnvironment('ml', cache='auto')\n";
    assert_eq!(told(&format!("{head}{rest}")), expected, "{rest}");
}

#[test]
fn a_task_is_pointed_at_by_its_name_and_its_decorator() {
    let rest = "@env.task\ndef f(x: int) -> int:\n    return x\n";
    for (at, word) in [("@env¦.task", "env.task"), ("@env.ta¦sk", "env.task"), ("de¦f f", ""), ("def ¦f", "f")] {
        let marked = rest.replace(&at.replace('¦', ""), at);
        let expected = if word.is_empty() { "nothing".to_owned() } else { format!("{word}: task f@a.py:5") };
        check_in(&marked, &expected);
    }
    check_in("@env.task(cache='auto')\ndef ¦f(x): ...\n", "f: task f@a.py:5");
    check_in("@env.ta¦sk(retries=3)\n@trace\ndef f(x): ...\n", "env.task: task f@a.py:5");
    check_in("@env.task(ret¦ries=3)\ndef f(x): ...\n", "nothing");
    check_in("def ¦f(x): ...\n", "nothing");
    check_in(
        "if x:\n    @env.task\n    def ¦f(): ...\nelse:\n    @env.task\n    def f(): ...\n",
        "f: task f@a.py:6 (if x)",
    );
}

#[test]
fn a_task_is_pointed_at_where_it_is_called() {
    let rest = "@env.task\ndef f(x: int) -> int:\n    return x\n@env.task\ndef g():\n    ";
    for (at, expected) in [
        ("f¦(1)", "f: task f@a.py:5 called a.py:10"),
        ("¦f.aio(1)", "f: task f@a.py:5 called a.py:10"),
        ("f.¦aio(1)", "nothing"),
        ("return flyte.run(¦f, 1)", "f: task f@a.py:5 called a.py:10"),
        ("return ¦f", "f: task f@a.py:5"),
        ("f.override(cache='disa¦ble')(1)", "disable: \"disable\" is disable a.py:10"),
        ("f.override(ca¦che='disable')(1)", "cache: cache of the call a.py:10 of f@a.py:5 a.py:10"),
    ] {
        check_in(&format!("{rest}{at}\n"), expected);
    }
}

#[test]
fn caches_and_their_parts_are_pointed_at() {
    for (at, expected) in [
        ("@env.task(c¦ache=C('auto'))", "cache: cache of f@a.py:5 a.py:5"),
        ("@env.task(cache=¦C('auto'))", "C: Cache a.py:5-5"),
        ("@env.task(cache=fl.Cac¦he('auto'))", "Cache: Cache a.py:5-5"),
        ("@env.task(cache=f¦l.Cache('auto'))", "fl.Cache: nothing"),
        ("@env.task(cache=C('au¦to'))", "auto: \"auto\" is auto a.py:5"),
        ("@env.task(cache=C(\n  beh¦avior='on'))", "behavior: keyword behavior a.py:6"),
        ("@env.task(cache=C(\n  behavior='on¦'))", "on: \"on\" is auto a.py:6"),
        ("@env.task(cache='Aut¦o')", "Auto: \"Auto\" ValueError"),
        ("@env.task(cache=C('auto', None, False, ('a', '¦b')))", "b: ignored b a.py:5"),
        ("@env.task(cache=C('auto', ignored_inputs=('¦a',)))", "a: ignored a a.py:5"),
        ("@env.task(cache=C('auto', ignored_inputs=['a', 'b¦']))", "b: ignored b a.py:5"),
        ("@env.task(cache=C('auto', ignored_inputs='a¦'))", "a: ignored a a.py:5"),
        ("@env.task(cache=C('auto', salt='a¦'))", "nothing"),
        ("@env.task(cache=C('auto', sal¦t='a'))", "salt: keyword salt a.py:5"),
        ("@env.task(cache=C('auto', pep¦per='a'))", "nothing"),
        ("@env.task(name='a¦uto')", "nothing"),
        ("x = TaskEnvironment('o', cache='¦off')\n@env.task", "off: \"off\" is disable a.py:5"),
        ("x = TaskEnvironment('o', cac¦he='off')\n@env.task", "cache: cache of environment o a.py:5"),
        ("x = env.clone_with('o', cac¦he='off')\n@env.task", "cache: cache of environment o a.py:5"),
        ("make = env.task(cac¦he='off')\n@make", "cache: cache of what it decorates a.py:5"),
        ("other(cac¦he='off')\n@env.task", "nothing"),
        ("other('au¦to')\n@env.task", "nothing"),
        ("@flyte.tr¦ace\n@env.task", "flyte.trace: nothing"),
    ] {
        let expected = expected.rsplit_once(": nothing").map_or(expected, |_| "nothing");
        let expected = if at.contains("tr¦ace") { "trace: trace" } else { expected };
        check_in(&format!("{at}\ndef f(a, b): ...\n"), expected);
    }
}

#[test]
fn the_cache_around_is_known_where_it_is_written_out() {
    let cache = |line: &str| {
        let snippet = format!("import flyte\nfrom flyte import Cache as C\n{line}\n");
        let (files, path, offset) = marked(&snippet);
        let (roots, summaries) = (roots(), Summaries::default());
        let found = pointed(Code { files: &files, roots: &roots, summaries: &summaries }, &path, offset);
        found.and_then(|found| Some(files.files[&path][found.cache?.range()].to_owned()))
    };
    let two = "a, b = C('auto', ignored_inputs=('x',)), C('auto', 'v1', ignored_inputs=('x',))";
    let second = "C('auto', 'v1', ignored_inputs=('x',))";
    for at in ["¦C('auto', 'v1'", "C('au¦to', 'v1'", "ignored¦_inputs=('x',))", "ignored_inputs=('¦x',))"] {
        let plain = at.replace('¦', "");
        let (before, after) = two.rsplit_once(&plain).unwrap();
        assert_eq!(cache(&format!("{before}{at}{after}")).as_deref(), Some(second), "{at}");
    }
    for (line, expected) in [
        ("env = flyte.TaskEnvironment('e', ca¦che='auto')", Some("'auto'")),
        ("env = flyte.TaskEnvironment('e', cache='au¦to')", Some("'auto'")),
        ("env = flyte.TaskEnvironment('e', ca¦che=C('auto'))", Some("C('auto')")),
        ("CACHE = C('auto'); env = flyte.TaskEnvironment('e', ca¦che=CACHE)", None),
    ] {
        assert_eq!(cache(line).as_deref(), expected, "{line}");
    }
}

#[test]
fn inputs_are_pointed_at() {
    check_in("@env.task\ndef f(x: int, né, *, ¦y=1): ...\n", "y: input y of f@a.py:5");
    check_in("@env.task\ndef f(*¦args): ...\n", "nothing");
    check_in("def f(¦x): ...\n", "nothing");
}

#[test]
fn what_comes_from_another_file_is_known() {
    let files = "# file: envs.py\nimport flyte\nfrom flyte import Cache as Keep\nenv = flyte.TaskEnvironment('e')\n@env.task\ndef t(x): ...\n# file: a.py\nfrom envs import env as e, Keep, t as other\n";
    assert_eq!(told(&format!("{files}@e.task(cache=K¦eep('auto'))\ndef f(x): ...\n")), "Keep: Cache a.py:2-2");
    assert_eq!(told(&format!("{files}oth¦er(1)\n")), "other: task t@envs.py:4 called a.py:2");
    assert_eq!(told(&format!("{files}@¦e.task\ndef f(x): ...\n")), "e.task: task f@a.py:2");
}

#[test]
fn broken_code_around_leaves_the_rest() {
    check_in("@env.task(cache='au¦to')\ndef f(x):\n    return (x\n\ndef g(:\n", "auto: \"auto\" is auto a.py:5");
    let offset_behind = told(&format!("import flyte\n{}¦", " ".repeat(3)));
    assert_eq!(offset_behind, "nothing");
}

#[test]
fn a_file_that_is_not_there_has_nothing() {
    let (files, _, _) = marked("¦");
    let (roots, summaries) = (roots(), Summaries::default());
    let code = Code { files: &files, roots: &roots, summaries: &summaries };
    assert_eq!(pointed(code, Path::new("/p/none.py"), 0), None);
    assert_eq!(pointed(code, Path::new("/p/a.py"), usize::MAX), None);
}
