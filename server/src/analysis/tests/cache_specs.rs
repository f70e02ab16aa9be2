//! `cache=` in all its spellings, and which one counts.

use super::check;

/// One environment `e` without a cache, and a task `f` under `decorator` on line 5.
#[track_caller]
fn check_decorator(decorator: &str, expected: &str) {
    let snippet = format!(
        "import flyte, datetime\nfrom datetime import timedelta\nfrom flyte import Cache\nenv = flyte.TaskEnvironment('e')\n{decorator}\ndef f(): ...\n"
    );
    check(&snippet, &format!("a.py:5 e.f() {expected}"));
}

#[test]
fn words_and_their_aliases() {
    for (word, expected) in [
        ("auto", "auto"),
        ("override", "override"),
        ("disable", "disable"),
        ("enable", "auto"),
        ("ON", "auto"),
        ("True", "auto"),
        ("yes", "auto"),
        ("Off", "disable"),
        ("none", "disable"),
    ] {
        check_decorator(&format!("@env.task(cache='{word}')"), &format!("{expected} from task a.py:5"));
    }
}

#[test]
fn words_that_the_sdk_refuses() {
    for word in ["Auto", "always", "AUTO", "Disable"] {
        check_decorator(
            &format!("@env.task(cache='{word}')"),
            &format!(
                "?`'{word}'` is no cache behavior from task a.py:5 [refused: ValueError: Invalid cache behavior: '{word}'. Must be \
                 one of ['auto', 'override', 'disable'] (aliases accepted: ['enable', 'enabled', 'false', 'no', 'none', \
                 'off', 'on', 'true', 'yes']).]"
            ),
        );
    }
}

#[test]
fn falsy_values_count_as_not_given() {
    for value in ["None", "False", "''", "0"] {
        check_decorator(&format!("@env.task(cache={value})"), "disable");
    }
}

#[test]
fn true_is_refused() {
    check_decorator(
        "@env.task(cache=True)",
        "?`True` is no cache behavior from task a.py:5 [refused: ValueError: Invalid cache behavior: True. Must be one of \
         ['auto', 'override', 'disable'] (aliases accepted: ['enable', 'enabled', 'false', 'no', 'none', 'off', 'on', \
         'true', 'yes']).]",
    );
    check(
        "import flyte\nenv = flyte.TaskEnvironment('e', cache=True)\n@env.task\ndef f(): ...\n",
        "a.py:3 e.f() ?`True` is no cache from env a.py:2 [A] [refused: TypeError: Expected cache to be of type str or Cache, got <class 'bool'>]",
    );
}

#[test]
fn a_falsy_cache_of_the_environment_reaches_the_task() {
    check(
        "import flyte\nenv = flyte.TaskEnvironment('e', cache=None)\n@env.task\ndef f(): ...\n@env.task(cache='auto')\ndef g(): ...\n",
        "
        a.py:3 e.f() ?`None` is no cache behavior from env a.py:2 [refused: ValueError: Invalid cache behavior: None. Must be one of ['auto', 'override', 'disable'] (aliases accepted: ['enable', 'enabled', 'false', 'no', 'none', 'off', 'on', 'true', 'yes']).]
        a.py:5 e.g() auto from task a.py:5
        ",
    );
}

#[test]
fn every_part_of_a_cache() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e")
@env.task(
    cache=flyte.Cache(
        behavior="auto",
        version_override="1.0",
        serialize=True,
        ignored_inputs=("a", "b"),
        salt="s",
        max_age=60,
    ),
)
def f(): ...
"#,
        r#"a.py:3 e.f() auto from task a.py:4 [version_override=Some("1.0") a.py:6] [serialize=true a.py:7] [ignored_inputs=["a", "b"] a.py:8] [salt="s" a.py:9] [max_age=Some(60) a.py:10]"#,
    );
}

#[test]
fn all_parts_by_position() {
    check_decorator(
        "@env.task(cache=Cache('override', '2', True, 'x', 'salty', None, 5))",
        r#"override from task a.py:5 [version_override=Some("2") a.py:5] [serialize=true a.py:5] [ignored_inputs=["x"] a.py:5] [salt="salty" a.py:5] [max_age=Some(5) a.py:5]"#,
    );
}

#[test]
fn one_ignored_input_is_not_split() {
    check_decorator(
        "@env.task(cache=Cache('auto', ignored_inputs='a,b'))",
        r#"auto from task a.py:5 [ignored_inputs=["a,b"] a.py:5]"#,
    );
}

#[test]
fn max_age_as_the_sdk_takes_it() {
    for (age, expected) in [
        ("timedelta(days=1, hours=2)", "auto from task a.py:5 [max_age=Some(93600) a.py:5]"),
        ("datetime.timedelta(1)", "auto from task a.py:5 [max_age=Some(86400) a.py:5]"),
        ("60 * 60", "auto from task a.py:5 [max_age=Some(3600) a.py:5]"),
        ("0", "auto from task a.py:5 [max_age=Some(0) a.py:5]"),
        ("None", "auto from task a.py:5"),
        (
            "-1",
            "auto from task a.py:5 [max_age=?`-1` is not known without running Python a.py:5] [refused: ValueError: max_age must be nonnegative]",
        ),
        (
            "True",
            "auto from task a.py:5 [max_age=?`True` is not known without running Python a.py:5] [refused: TypeError: max_age must be an int (seconds), timedelta, or None]",
        ),
        ("days()", "auto from task a.py:5 [max_age=?`days()` runs Python a.py:5]"),
    ] {
        check_decorator(&format!("@env.task(cache=Cache('auto', max_age={age}))"), expected);
    }
}

#[test]
fn policies() {
    check(
        r#"
import flyte
from flyte._cache import FunctionBodyPolicy
from flyte._cache.cache import CachePolicy
from mine import GitPolicy
class DatasetPolicy:
    def get_version(self, salt, params): return "1"
env = flyte.TaskEnvironment("e")
@env.task(cache=flyte.Cache("auto", policies=[FunctionBodyPolicy(), DatasetPolicy()]))
def f(): ...
@env.task(cache=flyte.Cache("auto", policies=FunctionBodyPolicy()))
def g(): ...
@env.task(cache=flyte.Cache("auto", policies=[GitPolicy()]))
def h(): ...
@env.task(cache=flyte.Cache("auto", policies=[]))
def i(): ...
@env.task(cache=flyte.Cache("override", "1", policies=[]))
def j(): ...
@env.task(cache=flyte.Cache("disable", policies=[]))
def k(): ...
"#,
        r#"
        a.py:8 e.f() auto from task a.py:8 [policies=[FunctionBody, Custom("DatasetPolicy")] a.py:8]
        a.py:10 e.g() auto from task a.py:10
        a.py:12 e.h() auto from task a.py:12 [policies=[Custom("GitPolicy")] a.py:12]
        a.py:14 e.i() auto from task a.py:14 [policies=[] a.py:14] [refused: ValueError: If version is not defined then at least one cache policy needs to be set]
        a.py:16 e.j() override from task a.py:16 [version_override=Some("1") a.py:16] [policies=[] a.py:16]
        a.py:18 e.k() disable from task a.py:18 [policies=[] a.py:18]
        "#,
    );
}

#[test]
fn arguments_that_cache_does_not_have() {
    check_decorator(
        "@env.task(cache=Cache('auto', version='1'))",
        "auto from task a.py:5 [refused: TypeError: Cache.__init__() got an unexpected keyword argument 'version']",
    );
    check_decorator(
        "@env.task(cache=Cache())",
        "auto from task a.py:5 [refused: TypeError: Cache.__init__() missing 1 required positional argument: 'behavior']",
    );
}

#[test]
fn a_cache_in_a_constant_and_the_places_of_its_parts() {
    check(
        r#"
import flyte
SALT = "v2"
CACHE = flyte.Cache(
    "auto",
    salt=SALT,
)
env = flyte.TaskEnvironment("e", cache=CACHE)
@env.task
def f(): ...
@env.task(cache=CACHE, retries=3, report=True, short_name="x")
def g(): ...
"#,
        r#"
        a.py:8 e.f() auto from env a.py:7 [salt="v2" a.py:5]
        a.py:10 e.g() auto from task a.py:10 [salt="v2" a.py:5]
        "#,
    );
}

#[test]
fn what_is_chosen_at_run_time_is_unknown() {
    check(
        r#"
import flyte, os
FAST = os.getenv("FAST")
env = flyte.TaskEnvironment("e", cache="auto" if FAST else "disable")
@env.task
def f(): ...
@env.task(cache=flyte.Cache("auto", salt=os.environ["SALT"], version_override=f"v{FAST}"))
def g(): ...
@env.task(cache=make())
def h(): ...
@env.task(**OPTIONS)
def i(): ...
"#,
        r#"
        a.py:4 e.f() ?`"auto" if FAST else "disable"` is one of several values at run time from env a.py:3 [A]
        a.py:6 e.g() auto from task a.py:6 [version_override=?`f"v{FAST}"` is not known without running Python a.py:6] [salt=?`os.environ["SALT"]` is not known without running Python a.py:6]
        a.py:8 e.h() ?`make()` runs Python from task a.py:8 [A]
        a.py:10 e.i() ?`**OPTIONS` is not known: `OPTIONS` is not defined from task [A]
        "#,
    );
}

#[test]
fn constants_are_what_they_are_at_that_line() {
    check(
        r#"
import flyte
MODE = "disable"
env = flyte.TaskEnvironment("e", cache=MODE)
MODE = "auto"
late = flyte.TaskEnvironment("l", cache=MODE)
@env.task
def f(): ...
@late.task
def g(): ...
"#,
        "
        a.py:6 e.f() disable from env a.py:3
        a.py:8 l.g() auto from env a.py:5
        ",
    );
}

#[test]
fn names_that_a_function_may_rebind_are_unknown() {
    check(
        r#"
import flyte
MODE = "auto"
def set_mode(mode):
    global MODE
    MODE = mode
env = flyte.TaskEnvironment("e", cache=MODE)
@env.task
def f(): ...
"#,
        "a.py:7 e.f() ?`MODE` is changed by `set_mode` from env a.py:6 [A]",
    );
}

#[test]
fn an_argument_that_could_not_be_read_is_not_taken_for_absent() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e", cache="auto" "x" +)
@env.task
def f(): ...
other = flyte.TaskEnvironment("o", cache="auto" retries=)
@other.task
def g(): ...
"#,
        "
        a.py:3 e.f() ?line 2 is not valid Python from env a.py:2 [A] [image ?line 2 is not valid Python]
        a.py:6 o.g() ?line 5 is not valid Python from env a.py:5 [A] [image ?line 5 is not valid Python]
        problem a.py:2 not readable as Python from here: tasks near this line may be missing
        ",
    );
}
