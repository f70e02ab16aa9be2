//! What a file changes behind its own back: never followed, always said.

use super::check;

#[test]
fn a_cache_that_is_changed_through_its_task() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e", cache="auto")
@env.task
def f(): ...
f.cache.salt = "s"
"#,
        "a.py:3 e.f() ?`f.cache.salt` is set again on line 5 of a.py from env a.py:2 [A]",
    );
    // The cache is one for all tasks of the environment.
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e", cache=flyte.Cache("auto"))
@env.task
def f(): ...
@env.task
def g(): ...
f.cache.salt = "s"
"#,
        "
        a.py:3 e.f() auto from env a.py:2 [salt=?`f.cache.salt` is set again on line 7 of a.py]
        a.py:5 e.g() auto from env a.py:2 [salt=?`f.cache.salt` is set again on line 7 of a.py]
        ",
    );
}

#[test]
fn a_function_that_is_given_another_source() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e")
def f(): ...
def g(): ...
f.__wrapped__ = g
t = env.task(f)
"#,
        r#"
        a.py:6 ?`f.__wrapped__` is set again on line 5 of a.py() disable [hashes ?`f.__wrapped__` is set again on line 5 of a.py] [environment "e"]
        "#,
    );
}

/// A task `f` below a decorator `d`.
#[track_caller]
fn check_decorator(decorator: &str, expected: &str) {
    let head = "import functools\nimport flyte\nenv = flyte.TaskEnvironment('e')\n";
    check(&format!("{head}{decorator}\n@env.task\n@d\ndef f(): ...\n"), expected);
}

#[test]
fn decorators_that_touch_what_names_a_function_or_leads_to_its_source() {
    let unknown = |line: u32| {
        let reason = "?`@d` may put another function in its place";
        format!("a.py:{line} {reason}() disable [hashes {reason}] [environment \"e\"]")
    };
    check_decorator("def d(f):\n    f.__name__ = 'other'\n    return f", &unknown(7));
    check_decorator("def d(f):\n    setattr(f, '__name__', 'other')\n    return f", &unknown(7));
    let wrapper = "def d(f):\n    @functools.wraps(f)\n    def w(): ...\n";
    check_decorator(&format!("{wrapper}    del w.__wrapped__\n    return w"), &unknown(9));
    check_decorator(&format!("{wrapper}    return w"), "a.py:8 e.f() disable");
    check_decorator("def d(f):\n    print(f.__name__ == 'f', f.__name__)\n    return f", "a.py:7 e.f() disable");
}

#[test]
fn attributes_of_modules() {
    check(
        r#"
# file: envs.py
SALT = "a"
# file: a.py
import envs, flyte
envs.SALT = "b"
env = flyte.TaskEnvironment("e", cache=flyte.Cache("auto", salt=envs.SALT))
@env.task
def f(): ...
# file: b.py
import envs, flyte
env = flyte.TaskEnvironment("e", cache=flyte.Cache("auto", salt=envs.SALT))
@env.task
def f(): ...
"#,
        r#"
        a.py:4 e.f() auto from env a.py:3 [salt=?`envs.SALT` is set on line 2 of a.py a.py:3]
        b.py:3 e.f() auto from env b.py:2 [salt="a" b.py:2]
        "#,
    );
    check(
        r#"
import flyte
flyte.Cache = make
env = flyte.TaskEnvironment("e", cache=flyte.Cache("auto"))
@env.task
def f(): ...
"#,
        "a.py:4 e.f() ?`flyte.Cache(\"auto\")` runs Python from env a.py:3 [A]",
    );
}

#[test]
fn folders_that_a_script_puts_on_the_path() {
    let lines = [
        r#"sys.path.insert(0, "lib")"#,
        r#"sys.path.insert(0, str(Path(__file__).parent / 'lib'))"#,
        r#"sys.path.append("../p/./lib/")"#,
    ];
    for line in lines {
        let reason = "?`envs` is envs.py or lib/envs.py, depending on which file is run";
        check(
            &format!(
                r#"
# file: envs.py
import flyte
env = flyte.TaskEnvironment("one")
# file: lib/envs.py
import flyte
env = flyte.TaskEnvironment("two")
# file: a.py
import sys
from pathlib import Path
{line}
from envs import env
@env.task
def f(): ...
"#
            ),
            &format!("a.py:5 {reason}() {reason} from env [A] [image {reason}]"),
        );
    }
}
