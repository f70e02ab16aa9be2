//! Calls of tasks, with what `.override` makes of them.

use super::check;

#[test]
fn every_way_to_call_a_task() {
    check(
        r#"
import asyncio, flyte, functools
from flyte import run, map as fmap
env = flyte.TaskEnvironment("e")
@env.task
async def t(x: int) -> int: ...
def helper():
    t(0)
@env.task
async def main():
    await t(1)
    await t.aio(2)
    await asyncio.gather(*[t(i) for i in range(3)])
    flyte.map(t, [1])
    async for x in flyte.map.aio(functools.partial(t, y=1), [1]):
        pass
    def nested():
        return t(5)
    helper()
if __name__ == "__main__":
    flyte.init()
    run(main)
    flyte.run.aio(t, 1)
    flyte.with_runcontext(mode="local", overwrite_cache=True).run(t, x=1)
    fmap(t, [1])
"#,
        "
        a.py:4 e.t(x: int) disable
        a.py:8 e.main() disable
        call a.py:7 e.t by e.main
        call a.py:10 e.t by e.main
        call a.py:11 e.t by e.main
        call a.py:12 e.t by e.main
        call a.py:13 e.t by e.main
        call a.py:14 e.t by e.main
        call a.py:17 e.t by e.main
        call a.py:21 e.main
        call a.py:22 e.t
        call a.py:23 e.t
        call a.py:24 e.t
        ",
    );
}

#[test]
fn calls_in_every_place_of_a_statement() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e")
@env.task
async def t(x: int) -> int: ...
@env.task
async def main():
    total = 0
    total += await t(1)
    found = {}
    found[await t(2)] = 3
    found["a"] -= await t(3)
    match total:
        case n if await t(n):
            pass
    assert await t(4)
    return f"{await t(5):>{await t(6)}}"
"#,
        "
        a.py:3 e.t(x: int) disable
        a.py:5 e.main() disable
        call a.py:8 e.t by e.main
        call a.py:10 e.t by e.main
        call a.py:11 e.t by e.main
        call a.py:13 e.t by e.main
        call a.py:15 e.t by e.main
        call a.py:16 e.t by e.main
        call a.py:16 e.t by e.main
        ",
    );
}

#[test]
fn calls_by_way_of_plain_functions() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e")
@env.task
def t(x: int) -> int: ...
def deep(x):
    return t(x)
def helper(x):
    def inner():
        return deep(x)
    return helper(x - 1) if x else inner()
def unused():
    return t(0)
def of_all():
    t(1)
@env.task
def one(x: int):
    helper(x)
@env.task
def two(x: int):
    helper(x)
    of_all()
of_all()
"#,
        "
        a.py:3 e.t(x: int) disable
        a.py:15 e.one(x: int) disable
        a.py:18 e.two(x: int) disable
        call a.py:6 e.t by e.one
        call a.py:6 e.t by e.two
        call a.py:12 e.t
        call a.py:14 e.t
        call a.py:14 e.t by e.two
        ",
    );
}

#[test]
fn overrides_with_and_without_a_cache() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e", cache="auto")
@env.task
def t(x: int): ...
slow = t.override(cache=flyte.Cache("auto", salt="s"))
@env.task
def main(off):
    t.override(cache="disable")(1)
    t.override(short_name="x", retries=3)(2)
    slow(3)
    slow.override(short_name="y")(4)
    t.override(cache=None)(5)
    t.override(cache=off)(6)
    flyte.run(t.override(cache="override"), 1)
    flyte.map(t.override(cache="disable"), [1])
"#,
        r#"
        a.py:3 e.t(x: int) auto from env a.py:2
        a.py:6 e.main(off) auto from env a.py:2
        call a.py:8 e.t by e.main with disable
        call a.py:9 e.t by e.main
        call a.py:10 e.t by e.main with auto [salt="s" a.py:5]
        call a.py:11 e.t by e.main with auto [salt="s" a.py:5]
        call a.py:12 e.t by e.main
        call a.py:13 e.t by e.main with ?`off` is a parameter of `main` [A]
        call a.py:14 e.t by e.main with override
        call a.py:15 e.t by e.main with disable
        "#,
    );
}

#[test]
fn a_task_that_is_overridden_under_its_own_name() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e", cache="auto")
@env.task
def t(): ...
t()
t = t.override(cache="disable")
t()
def main():
    t()
"#,
        "
        a.py:3 e.t() auto from env a.py:2
        call a.py:5 e.t
        call a.py:7 e.t with disable
        call a.py:9 e.t with ?`t` is one of several values at run time [A]
        ",
    );
}

#[test]
fn calls_across_files() {
    check(
        r#"
# file: tasks.py
import flyte
env = flyte.TaskEnvironment("e")
@env.task
def t(): ...
# file: pkg/__init__.py
from tasks import t as exported
# file: run.py
import tasks
from pkg import exported
from tasks import t
tasks.t()
exported()
t()
# file: other.py
def t(): ...
t()
"#,
        "
        tasks.py:3 e.t() disable
        call run.py:4 e.t
        call run.py:5 e.t
        call run.py:6 e.t
        ",
    );
}

#[test]
fn names_that_only_look_like_a_task_are_no_calls() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e")
@env.task
def t(): ...
def f(t):
    t()
def g():
    t = print
    t()
class A:
    def t(self): self.t()
"#,
        "a.py:3 e.t() disable",
    );
}
