//! Other names for inputs, and what stands in the way. `¦` in a snippet is the place.

use std::fmt::Write as _;

use super::super::cursor::{Code, input_name, rename};
use super::cursor::marked;
use super::{Memory, roots};
use crate::analysis::{Span, Summaries};
use crate::edit::edited_text;

const HEAD: &str = "import flyte\nfrom flyte import Cache\nenv = flyte.TaskEnvironment('e')\n";

/// The files with the input at the mark called `new`, or why not; `nothing` where it is no input that is ignored.
fn renamed(snippet: &str, new: &str) -> Result<String, String> {
    let (files, path, offset) = marked(snippet);
    let (roots, summaries, paths) = (roots(), Summaries::default(), files.paths());
    let code = Code { files: &files, roots: &roots, summaries: &summaries };
    let found = rename(code, &paths, &path, offset, Some(new)).map_err(|refusal| {
        let line = refusal.place.map_or(String::new(), |place| format!("{}: ", super::place(&place)));
        format!("{line}{}", refusal.reason)
    })?;
    let Some(found) = found else { return Ok("nothing".to_owned()) };
    let prepared = rename(code, &paths, &path, offset, None).unwrap().unwrap();
    assert_eq!((prepared.at, prepared.name), (found.at, found.name));
    Ok(whole(&files, |path, text| {
        found.edits.get(path).map_or(text.to_owned(), |edits| edited_text(text, edits).unwrap())
    }))
}

fn whole(files: &Memory, show: impl Fn(&std::path::Path, &str) -> String) -> String {
    let mut shown = String::new();
    for (path, text) in &files.files {
        if files.files.len() > 1 {
            writeln!(shown, "# file: {}", super::short(path)).unwrap();
        }
        shown.push_str(&show(path, text));
    }
    shown
}

/// `old` becomes `new` wherever it is written as `old`; other text has other names.
#[track_caller]
fn check(snippet: &str) {
    let snippet = if snippet.starts_with("# file") { snippet.to_owned() } else { format!("{HEAD}{snippet}") };
    let (files, ..) = marked(&snippet);
    let expected = whole(&files, |_, text| text.replace("old", "new"));
    assert_eq!(renamed(&snippet, "new").as_deref(), Ok(expected.as_str()), "{snippet}");
}

#[track_caller]
fn check_refused(snippet: &str, new: &str, reason: &str) {
    assert_eq!(renamed(&format!("{HEAD}{snippet}"), new), Err(reason.to_owned()), "{snippet}");
}

const TASK: &str = "@env.task(cache=Cache('auto', ignored_inputs=('old',)))\ndef f(a, old=1):\n    return old + a\n";

fn at_name() -> String {
    TASK.replace("'old'", "'¦old'")
}

#[test]
fn a_name_and_its_parameter_are_renamed_together() {
    check(&at_name());
    check(&TASK.replace(", old=1", ", ¦old=1"));
    check("@env.task(cache=Cache('auto', ignored_inputs='¦old'))\nasync def f(*, old: int): ...\n");
    check("@env.task(cache=Cache('auto', None, False, ['b', r'o¦ld']))\ndef f(b, old): return lambda: old\n");
    check(
        "CACHE = Cache('auto', ignored_inputs=('¦old', 'x'))\n@env.task(cache=CACHE)\ndef f(old): ...\n@env.task(cache=CACHE)\ndef g(x): ...\n",
    );
    check(
        "o = flyte.TaskEnvironment('o', cache=Cache('auto', ignored_inputs=('old',)))\n@o.task\ndef f(¦old): ...\n@o.task\ndef g(x): ...\n",
    );
}

#[test]
fn calls_are_renamed_with_it() {
    for call in [
        "f(1, old=2)",
        "f(old=2, a=f(1, old=3))",
        "f(1, 2)",
        "asyncio.gather(f.aio(1, old=2), *[f(x, old=3) for x in y])",
        "await f.override(retries=3)(1, old=2)",
        "flyte.run(f, 1, old=2)",
        "flyte.with_runcontext(mode='local').run(f, a=1, old=2)",
        "functools.partial(f, old=2)(1)",
        "flyte.map(functools.partial(f, old=2), [1])",
        "f.forward(1, old=2)",
        "f(a={'é😀': 1}, old=2); print(f.name)",
        "f.override(cache=Cache('auto', ignored_inputs=('old',)))(1, old=2)",
    ] {
        check(&format!("import functools, asyncio\n{}\nasync def main(y):\n    {call}\n", at_name()));
    }
    check(&format!(
        "{}if __name__ == '__main__':\n    flyte.init()\n    print(flyte.run(f, a=1, old=2).url)\n",
        at_name()
    ));
    check(&format!("{}flyte.deploy(f)\nother(x=1)\nother.f(x=2)\n", at_name()));
}

#[test]
fn other_files_are_renamed_with_it() {
    check(
        "# file: envs.py\nimport flyte\nenv = flyte.TaskEnvironment('e', cache=flyte.Cache('auto', ignored_inputs=('¦old',)))\n\
         # file: tasks/__init__.py\nfrom .one import f as g\n\
         # file: tasks/one.py\nfrom envs import env\n@env.task\ndef f(a, old): ...\n\
         # file: run.py\nimport flyte\nimport tasks\nfrom tasks import g as h\nimport tasks.one as one\nh(1, old=2)\ntasks.g(1, old=3)\none.f(1, old=4)\nflyte.run(h, 1, old=5)\n",
    );
    let two = format!("# file: a.py\n{HEAD}{}# file: b.py\nimport flyte\ndef f(old): ...\nf(old=1)\n", at_name());
    let found = renamed(&two, "new").unwrap();
    assert!(found.contains("def f(a, new=1)") && found.ends_with("def f(old): ...\nf(old=1)\n"), "{found}");
}

#[test]
fn what_python_knows_alone_is_left_to_others() {
    for snippet in [
        "@env.task\ndef f(¦old): ...\n",
        "@env.task(cache=Cache('auto', ignored_inputs=('b',)))\ndef f(¦old, b): ...\n",
        "def f(¦old): ...\n",
        "¦x = 1\n",
        "@env.task\ndef ¦f(old): ...\n",
    ] {
        assert_eq!(renamed(&format!("{HEAD}{snippet}"), "new").as_deref(), Ok("nothing"), "{snippet}");
    }
}

#[test]
fn what_is_not_certain_is_refused() {
    let kept = |code: &str| format!("{}{code}\n", at_name());
    let lost = "what this use of the task does can't be followed";
    for (code, reason) in [
        ("g = f", format!("a.py:7: {lost}")),
        ("run_later(f)", format!("a.py:7: {lost}")),
        ("x = [f]", format!("a.py:7: {lost}")),
        ("def g(t=f): t(old=1)", format!("a.py:7: {lost}")),
        ("f(1, **x)", "a.py:7: this call gives inputs by `**`, of which the names are not known".to_owned()),
        (
            "flyte.run(f, **{'old': 1})",
            "a.py:7: this call gives inputs by `**`, of which the names are not known".to_owned(),
        ),
        (
            "f.override(cache=Cache('auto', ignored_inputs=other()))(1)",
            "a.py:7: which inputs this cache ignores is not written out here".to_owned(),
        ),
        ("x = (", "a.py:8: this is not valid Python: unexpected EOF while parsing".to_owned()),
    ] {
        check_refused(&kept(code), "new", &reason);
    }
    for (new, reason) in [
        ("a", "a.py:4: `a` means something in `f` already"),
        ("class", "`class` is no name for a parameter"),
        ("1a", "`1a` is no name for a parameter"),
        ("", "`` is no name for a parameter"),
        ("a b", "`a b` is no name for a parameter"),
        ("ﬁ", "`ﬁ` is no name for a parameter"),
        ("__x", "`__x` has a meaning of its own: take another name"),
    ] {
        check_refused(&at_name(), new, reason);
    }
    for (code, reason) in [
        (
            "C = Cache('auto', ignored_inputs=('¦old',))\n@env.task(cache=C)\ndef f(old): ...\n@env.task(cache=C)\ndef g(old): ...\n",
            "this cache is that of `f` and `g`, and both have an input `old`: rename it at each of them, with a cache of its own",
        ),
        (
            "C = Cache('auto', ignored_inputs=('old',))\n@env.task(cache=C)\ndef f(¦old): ...\n@env.task(cache=C)\ndef g(old): ...\n",
            "a.py:4: its cache is that of `g` too, which has an input `old` of its own",
        ),
        (
            "@env.task(cache=Cache('auto', ignored_inputs=('¦old',)))\ndef f(a): ...\n",
            "no task with this cache has an input `old`",
        ),
        (
            "NAMES = ('old',)\n@env.task(cache=Cache('auto', ignored_inputs=NAMES))\ndef f(¦old): ...\n",
            "a.py:5: `old` is named here by way of another value: rename it there by hand first",
        ),
        (
            "@env.task(cache=Cache('auto', ignored_inputs=make()))\ndef f(¦old): ...\n",
            "a.py:4: its ignored inputs are not known: `make()` runs Python",
        ),
        (
            "@env.task(cache=Cache('auto', ignored_inputs='¦old'))\ndef f(old): return locals()\n",
            "a.py:5: `locals` sees names as they are written",
        ),
        (
            "@env.task(cache=Cache('auto', ignored_inputs='¦old'), triggers=flyte.Trigger('t', flyte.Cron('* * * * *'), inputs={'old': 1}))\ndef f(old): ...\n",
            "a.py:4: a text of a decorator may name it: rename it by hand",
        ),
        (
            "def deco(fn): return fn\n@env.task(cache=Cache('auto', ignored_inputs='¦old'))\n@deco\ndef f(old): ...\n",
            "a.py:6: this decorator may know inputs by their names: rename it by hand",
        ),
        (
            "def f(old): ...\nt = env.task(cache=Cache('auto', ignored_inputs='¦old'))(f)\nf(old=1)\n",
            "a.py:5: the task is made of a function that has a name of its own: rename it by hand",
        ),
        (
            "C = Cache('auto', ignored_inputs=('¦old',))\n@env.task(cache=C)\ndef f(old): ...\n@env.task\ndef g(old): ...\ng.override(cache=C)(1)\n",
            "a.py:9: this call gives the same cache to another task that has such an input",
        ),
        (
            "if x:\n    @env.task(cache=Cache('auto', ignored_inputs='¦old'))\n    def f(old): ...\nelse:\n    @env.task\n    def f(old): ...\n",
            "a.py:5: a condition picks one of several definitions of this task: rename it by hand",
        ),
    ] {
        check_refused(code, "new", reason);
    }
}

#[test]
fn names_lead_to_each_other() {
    let text = format!("{HEAD}{}\n\nf(old=1)\n", at_name());
    let (files, path, offset) = marked(&text);
    let (roots, summaries, paths) = (roots(), Summaries::default(), files.paths());
    let code = Code { files: &files, roots: &roots, summaries: &summaries };
    let found = input_name(code, &paths, &path, offset).unwrap();
    let lines = |spans: &[Span]| -> Vec<_> {
        let text = &files.files[&path];
        spans.iter().map(|span| (text[..span.start].matches('\n').count() + 1, &text[span.range()])).collect()
    };
    assert_eq!(lines(&found.parameters), [(5, "old")]);
    assert_eq!(lines(&found.uses), [(6, "old"), (9, "old")], "in the function, and as a keyword");
    assert_eq!(lines(&found.ignored), [(4, "old")]);
}
