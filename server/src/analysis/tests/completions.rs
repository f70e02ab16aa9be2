//! What can be written at a place: `¦` in a snippet.

use super::super::cursor::{Code, Proposal, completions};
use super::cursor::marked;
use super::roots;
use crate::analysis::Summaries;

/// What can be written, behind what it takes the place of.
fn proposed(snippet: &str) -> String {
    let (files, path, offset) = marked(snippet);
    let (roots, summaries) = (roots(), Summaries::default());
    let code = Code { files: &files, roots: &roots, summaries: &summaries };
    let Some(found) = completions(code, &path, offset) else { return "nothing".to_owned() };
    let texts = found.proposals.iter().map(|proposal| match proposal {
        Proposal::Keyword(name) => format!("{name}="),
        Proposal::Behavior { behavior, quoted: false } => behavior.word().to_owned(),
        Proposal::Behavior { behavior, quoted: true } => format!("\"{}\"", behavior.word()),
        Proposal::Input { name, annotation, of, quoted } => {
            let quote = if *quoted { "\"" } else { "" };
            let annotation = annotation.as_ref().map_or(String::new(), |text| format!(": {text}"));
            format!("{quote}{name}{quote}{annotation} of {}", of.join("+"))
        }
    });
    format!("{:?} {}", &files.files[&path][found.range.clone()], texts.collect::<Vec<_>>().join(", "))
}

fn check(rest: &str, expected: &str) {
    let head = "import flyte\nimport flyte as fl\nfrom flyte import Cache, Cache as C, TaskEnvironment\nenv = TaskEnvironment('ml', cache='auto')\n";
    assert_eq!(proposed(&format!("{head}{rest}")), expected, "{rest}");
}

const BEHAVIORS: &str = "auto, override, disable";
const QUOTED: &str = "\"auto\", \"override\", \"disable\"";

#[test]
fn behaviors_are_proposed_within_quotes() {
    for (at, written) in [
        ("@env.task(cache=\"¦\")", ""),
        ("@env.task(cache='au¦to')", "auto"),
        ("@env.task(cache=\"au¦", "au"),
        ("@env.task(retries=3, cache='¦)", ""),
        ("@env.task(cache=C('¦'))", ""),
        ("@env.task(cache=C('¦", ""),
        ("@env.task(cache=fl.Cache(\n    behavior='d¦',\n))", "d"),
        ("@env.task(cache=fl.Cache(  # why\n    salt='😀', behavior='d¦'))", "d"),
        ("x = TaskEnvironment('o', cache='¦')\n@env.task", ""),
        ("x = TaskEnvironment('o', cache='¦\n@env.task", ""),
        ("x = env.clone_with('o', cache='¦')\n@env.task", ""),
        ("class E(TaskEnvironment): ...\nx = E('o', cache='¦')\n@env.task", ""),
    ] {
        check(&format!("{at}\ndef f(a: int, b=1): ...\n"), &format!("{written:?} {BEHAVIORS}"));
    }
    let call = "@env.task\ndef f(a): ...\n@env.task\ndef g():\n    return f.override(cache='¦')(1)\n";
    check(call, &format!("\"\" {BEHAVIORS}"));
    check("@env.task(cache=¦)\ndef f(a): ...\n", &format!("\"\" {QUOTED}"));
    check("@env.task(cache=C(behavior=¦))\ndef f(a): ...\n", &format!("\"\" {QUOTED}"));
}

#[test]
fn keywords_that_are_not_given_are_proposed() {
    let all = "version_override=, serialize=, ignored_inputs=, salt=, policies=, max_age=";
    for (at, expected) in [
        ("@env.task(cache=C(¦))", format!("\"\" {QUOTED}, behavior=, {all}")),
        ("@env.task(cache=C('auto', ¦))", format!("\"\" {all}")),
        ("@env.task(cache=C('auto', sa¦))", format!("\"sa\" {all}")),
        ("@env.task(cache=C('auto', sa¦", format!("\"sa\" {all}")),
        (
            "@env.task(cache=C('auto', ¦, salt='x', max_age=3))",
            "\"\" version_override=, serialize=, ignored_inputs=, policies=".to_owned(),
        ),
        ("@env.task(cache=C(behavior='auto', ¦))", format!("\"\" {all}")),
        ("@env.task(cache=C('auto', s¦alt='x'))", format!("\"salt\" {all}")),
        (
            "@env.task(cache=C('auto', '1.0', ¦))",
            "\"\" serialize=, ignored_inputs=, salt=, policies=, max_age=".to_owned(),
        ),
        ("CACHE = Cache('auto', ¦)\n@env.task(cache=CACHE)", format!("\"\" {all}")),
    ] {
        check(&format!("{at}\ndef f(a: int, b=1): ...\n"), &expected);
    }
}

#[test]
fn names_of_inputs_that_are_not_listed_are_proposed() {
    for (at, expected) in [
        ("@env.task(cache=C('auto', ignored_inputs=('¦',)))", "\"\" a: int of f, b of f, né of f"),
        ("@env.task(cache=C('auto', ignored_inputs=('a', '¦')))", "\"\" b of f, né of f"),
        ("@env.task(cache=C('auto', ignored_inputs=['¦', 'a', \"b\"]))", "\"\" né of f"),
        ("@env.task(cache=C('auto', ignored_inputs=('a', '¦", "\"\" b of f, né of f"),
        ("@env.task(cache=C('auto', ignored_inputs='¦'))", "\"\" a: int of f, b of f, né of f"),
        ("@env.task(cache=C('auto', ignored_inputs=¦", "\"\" \"a\": int of f, \"b\" of f, \"né\" of f"),
        ("@env.task(cache=C('auto', ignored_inputs=(¦)))", "\"\" \"a\": int of f, \"b\" of f, \"né\" of f"),
        ("@env.task(cache=C('auto', None, False, ('¦')))", "\"\" a: int of f, b of f, né of f"),
        ("@env.task(cache=C('auto', ignored_inputs={'¦'}))", "\"\" a: int of f, b of f, né of f"),
        (
            "CACHE = Cache('auto', ignored_inputs=('¦',))\n@env.task(cache=CACHE)\ndef g(b, c): ...\n@env.task(cache=CACHE)",
            "\"\" b of g+f, c of g, a: int of f, né of f",
        ),
        (
            "o = TaskEnvironment('o', cache=Cache('auto', ignored_inputs=('¦',)))\n@o.task",
            "\"\" a: int of f, b of f, né of f",
        ),
        (
            "o = TaskEnvironment('o', cache=Cache('auto', ignored_inputs=('¦',\n@o.task",
            "\"\" a: int of f, b of f, né of f",
        ),
    ] {
        let definition = "\nasync def f(\n    a: int,  # (\n    b=1, *args, né=2, **kw\n): ...\n";
        check(&format!("{at}{definition}"), expected);
    }
}

#[test]
fn elsewhere_nothing_is_proposed() {
    for at in [
        "@env.task(cache=C('auto', salt='¦'))",
        "@env.task(cache=C('auto', salt=¦))",
        "@env.task(cache=C('auto', ignored_inputs=('a' '¦')))",
        "@env.task(cache=C('auto', ignored_inputs=('a', f('¦'))))",
        "@env.task(cache=C('a b¦'))",
        "@env.task(cache=C('auto' ¦))",
        "@env.task(cache=C('auto', x.¦))",
        "@env.task(¦)",
        "@env.task(name='¦')",
        "other(cache='¦')\n@env.task",
        "other('¦')\n@env.task",
        "x = '¦'\n@env.task",
        "# Cache('¦')\n@env.task",
        "x = '''Cache(\"¦\")'''\n@env.task",
        "x = y(['auto', '¦'])\n@env.task",
        "¦\n@env.task",
        "def Cache(*a): ...\nCache('¦')\n@env.task",
    ] {
        check(&format!("{at}\ndef f(a: int, b=1): ...\n"), "nothing");
    }
}

#[test]
fn names_from_other_files_are_known_while_one_writes() {
    let files = "# file: envs.py\nimport flyte\nfrom flyte import Cache as Keep\nenv = flyte.TaskEnvironment('e')\n# file: a.py\nfrom envs import env as e, Keep\n";
    let found = proposed(&format!("{files}@e.task(cache=Keep('auto', ignored_inputs='¦\ndef f(x): ...\n"));
    assert_eq!(found, "\"\" x of f");
    let found = proposed(&format!("{files}@e.task(cache='¦\n\ndef g(x): ...\n"));
    assert_eq!(found, format!("\"\" {BEHAVIORS}"));
}
