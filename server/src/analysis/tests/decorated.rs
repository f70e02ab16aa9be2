//! Decorators around the task's, and what they do to the source that is hashed.

use super::check;

/// A task `f` below `@env.task`, with `below` between the two, in a file that starts with `before`.
#[track_caller]
fn check_below(before: &str, below: &str, expected: &str) {
    let snippet = format!(
        "import flyte, functools\n{before}\nenv = flyte.TaskEnvironment('e')\n@env.task\n{below}\ndef f(x: int): ...\n"
    );
    let line = before.lines().count().max(1) + 3;
    check(&snippet, &format!("a.py:{line} {expected}"));
}

#[test]
fn a_wrapper_that_wraps_changes_nothing() {
    check_below(
        "def deco(fn):\n    @functools.wraps(fn)\n    def wrapper(*args, **kwargs): return fn(*args, **kwargs)\n    return wrapper",
        "@deco",
        "e.f(x: int) disable",
    );
    check_below(
        "from functools import wraps as w\ndef deco(times):\n    def inner(fn):\n        @w(fn)\n        def wrapper(*args): return fn(*args)\n        return wrapper\n    return inner",
        "@deco(3)",
        "e.f(x: int) disable",
    );
    check_below(
        "def deco(fn):\n    def wrapper(*args): return fn(*args)\n    functools.update_wrapper(wrapper, fn)\n    return wrapper",
        "@deco",
        "e.f(x: int) disable",
    );
    check_below(
        "def deco(fn):\n    def wrapper(*args): return fn(*args)\n    return functools.wraps(fn)(wrapper)",
        "@deco",
        "e.f(x: int) disable",
    );
}

#[test]
fn a_decorator_that_returns_the_function_changes_nothing() {
    check_below("def deco(fn):\n    print(fn)\n    return fn", "@deco", "e.f(x: int) disable");
    check_below("", "@flyte.trace", "e.f(x: int) disable");
    check_below("", "@functools.cache\n@functools.lru_cache(maxsize=1)", "e.f(x: int) disable");
}

#[test]
fn a_wrapper_that_does_not_wrap_is_hashed_itself() {
    check_below(
        "def deco(fn):\n    def wrapper(y: str): return fn(1)\n    return wrapper",
        "@deco",
        "e.wrapper(y: str) disable [hashes a.py wrapper]",
    );
    check_below(
        "def deco(fn):\n    def wrapper(*args): return fn(*args)\n    return wrapper",
        "@deco",
        "e.wrapper() disable [hashes a.py wrapper] [refused: ValueError: Function wrapper cannot have variable positional or keyword arguments.]",
    );
}

#[test]
fn a_wrapper_of_another_file_is_hashed_there() {
    check(
        r#"
# file: deco.py
def plain(fn):
    def inner(x: int): return fn(x)
    return inner
# file: a.py
import flyte
from deco import plain
env = flyte.TaskEnvironment("e")
@env.task
@plain
def f(x: int): ...
"#,
        "a.py:4 e.inner(x: int) disable [hashes deco.py inner]",
    );
}

#[test]
fn decorators_that_are_not_known_say_so() {
    let unknown = |deco: &str| {
        format!(
            "?`@{deco}` may put another function in its place(x: int) disable [hashes ?`@{deco}` may put another function in its place] [environment \"e\"]"
        )
    };
    check_below("from tenacity import retry", "@retry", &unknown("retry"));
    check_below("from tenacity import retry", "@retry(stop=3)", &unknown("retry(stop=3)"));
    check_below(
        "def deco(fn):\n    if fn: return fn\n    def wrapper(): ...\n    return wrapper",
        "@deco",
        &unknown("deco"),
    );
    check_below(
        "def deco(fn):\n    def wrapper(): ...\n    wrapper.__wrapped__ = fn\n    return wrapper",
        "@deco",
        &unknown("deco"),
    );
    check_below("def deco(fn):\n    fn = other(fn)\n    return fn", "@deco", &unknown("deco"));
    check_below("class deco:\n    def __init__(self, fn): ...", "@deco", &unknown("deco"));
}

#[test]
fn decorators_above_are_handed_the_task() {
    check(
        r#"
import flyte
from agents import tool
env = flyte.TaskEnvironment("e")
@tool
@env.task(cache="auto")
# a comment
@flyte.trace
async def f(x: int): ...
@env.task
async def main():
    await f(1)
"#,
        "
        a.py:4 e.f(x: int) auto from task a.py:5
        a.py:9 e.main() disable
        call a.py:11 e.f by e.main
        ",
    );
}

#[test]
fn variadic_tasks_are_refused() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e")
@env.task
def f(x: int, *args): ...
@env.task
def g(*, x: int, y=2): ...
@env.task
def h(x, /, y: "list[int]", **kwargs): ...
"#,
        "
        a.py:3 e.f(x: int) disable [refused: ValueError: Function f cannot have variable positional or keyword arguments.]
        a.py:5 e.g(x: int, y = 2) disable
        a.py:7 e.h(x, y: \"list[int]\") disable [refused: ValueError: Function h cannot have variable positional or keyword arguments.]
        ",
    );
}
