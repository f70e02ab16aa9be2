//! Where tasks are defined: in branches, functions, classes, by calls; and names that are bound more than once.

use super::check;

#[test]
fn definitions_in_branches_are_each_listed() {
    check(
        r#"
import flyte, sys
env = flyte.TaskEnvironment("e")
if sys.platform == "win32":
    @env.task
    def f(): ...
elif FAST:
    @env.task(cache="auto")
    def f(): ...
else:
    @env.task
    def f(x: int): ...
try:
    import torch
    @env.task
    def g(): ...
except ImportError:
    @env.task
    def g(): ...
@env.task
def main():
    f()
"#,
        r#"
        a.py:4 e.f() disable [in if sys.platform == "win32"]
        a.py:7 e.f() auto from task a.py:7 [in elif FAST]
        a.py:10 e.f(x: int) disable [in else]
        a.py:14 e.g() disable [in try]
        a.py:17 e.g() disable [in except ImportError]
        a.py:19 e.main() disable
        call a.py:21 e.f by e.main
        call a.py:21 e.f by e.main
        call a.py:21 e.f by e.main
        "#,
    );
}

#[test]
fn what_is_bound_twice_to_the_same_is_known() {
    check(
        r#"
import flyte
import flyte.remote
from flyte import Cache
if FAST:
    NAME = "same"
    image = flyte.Image.from_debian_base(python_version=(3, 12))
else:
    NAME = "same"
    image = flyte.Image.from_debian_base(python_version=(3, 12)).with_pip_packages("x")
def build():
    env = flyte.TaskEnvironment(NAME, image=image)
    @env.task
    def f(): ...
"#,
        "a.py:12 same.f() disable [image 3.12 a.py:6]",
    );
}

#[test]
fn names_that_something_nearer_binds_are_not_taken_for_the_outer_ones() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("outer")
def plain(): ...
made = [env.task(plain) for env in other_environments()]
later = lambda env: env.task(plain)
try:
    pass
except ValueError as env:
    @env.task
    def f(): ...
def build():
    name = "before"
    def rename():
        nonlocal name
        name = "after"
    rename()
    own = flyte.TaskEnvironment(name)
    @own.task
    def g(): ...
@env.task
def h(): ...
"#,
        "
        a.py:9 ?`env` is set by an except clause() ?`env` is set by an except clause from env [A] [in except ValueError] [image ?`env` is set by an except clause]
        a.py:18 ?`name` is changed by `rename`() disable
        a.py:20 outer.h() disable [in line 2]
        a.py:20 ?`env` is set by an except clause() ?`env` is set by an except clause from env [A] [in except ValueError] [image ?`env` is set by an except clause]
        ",
    );
}

#[test]
fn what_never_runs_defines_nothing() {
    check(
        r#"
import typing, flyte
env = flyte.TaskEnvironment("e")
if typing.TYPE_CHECKING:
    @env.task
    def f(): ...
    env = None
elif True:
    @env.task
    def g(): ...
else:
    @env.task
    def h(): ...
"#,
        "
        a.py:8 e.g() disable
        ",
    );
}

#[test]
fn environments_in_branches() {
    check(
        r#"
import flyte
if DEV:
    env = flyte.TaskEnvironment("dev")
else:
    env = flyte.TaskEnvironment("prod", cache="auto")
@env.task
def f(): ...
env = flyte.TaskEnvironment("last")
if DEV:
    env = env.clone_with("dev-last")
@env.task
def g(): ...
"#,
        "
        a.py:6 dev.f() disable [in if DEV]
        a.py:6 prod.f() auto from env a.py:5 [in else]
        a.py:11 last.g() disable [in line 8]
        a.py:11 dev-last.g() disable [in if DEV]
        ",
    );
}

#[test]
fn a_branch_that_is_not_known_is_listed_as_well() {
    check(
        r#"
import flyte
if DEV:
    env = make_env()
else:
    env = flyte.TaskEnvironment("prod")
@env.task(cache="auto")
def f(): ...
"#,
        "
        a.py:6 ?`make_env()` runs Python() auto from task a.py:6 [in if DEV] [image ?`make_env()` runs Python]
        a.py:6 prod.f() auto from task a.py:6 [in else]
        ",
    );
}

#[test]
fn a_use_within_a_branch_sees_that_branch() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("top")
if DEV:
    env = flyte.TaskEnvironment("dev")
    @env.task
    def f(): ...
"#,
        "a.py:5 dev.f() disable [in if DEV]",
    );
}

#[test]
fn an_alias_is_the_same_environment() {
    check(
        r#"
import flyte
a = b = flyte.TaskEnvironment("one", cache="auto")
c = a
task = c.task
cached = a.task(cache="disable")
@c.task
def f(): ...
@task
def g(): ...
@cached
def h(): ...
"#,
        "
        a.py:6 one.f() auto from env a.py:2
        a.py:8 one.g() auto from env a.py:2
        a.py:10 one.h() disable from task a.py:5
        ",
    );
}

#[test]
fn what_a_loop_defines_is_unknown() {
    check(
        r#"
import flyte
for name in ["a", "b"]:
    env = flyte.TaskEnvironment(f"e-{name}")
    @env.task
    def f(): ...
envs = {n: flyte.TaskEnvironment(n) for n in "ab"}
@envs["a"].task
def g(): ...
for env2 in list_of_envs():
    @env2.task
    def h(): ...
"#,
        r#"
        a.py:4 ?`name` is set by a loop() disable
        a.py:7 ?`envs["a"]` is not known without running Python() ?`envs["a"]` is not known without running Python from env [A] [image ?`envs["a"]` is not known without running Python]
        a.py:10 ?`env2` is set by a loop() ?`env2` is set by a loop from env [A] [image ?`env2` is set by a loop]
        "#,
    );
}

#[test]
fn a_deleted_or_unpacked_environment_is_unknown() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e")
one, two = make_two()
@one.task
def f(): ...
with open("x") as three:
    @three.task
    def g(): ...
"#,
        "
        a.py:4 ?`one` is unpacked from a value() ?`one` is unpacked from a value from env [A] [image ?`one` is unpacked from a value]
        a.py:7 ?`three` is set by a with statement() ?`three` is set by a with statement from env [A] [image ?`three` is set by a with statement]
        ",
    );
}

#[test]
fn nested_in_functions_and_classes() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e", cache="auto")
def build(name):
    own = flyte.TaskEnvironment("own")
    @own.task
    def inner(x: int): ...
    @env.task
    def other(): return inner(1)
    named = flyte.TaskEnvironment(name)
    @named.task
    def dynamic(): ...
    return inner
class Pipeline:
    env = flyte.TaskEnvironment("class")
    @env.task
    def run(self, x: int): ...
"#,
        "
        a.py:5 own.inner(x: int) disable
        a.py:7 e.other() auto from env a.py:2
        a.py:10 ?`name` is a parameter of `build`() disable
        a.py:15 class.run(self, x: int) disable
        call a.py:8 own.inner by e.other
        ",
    );
}

#[test]
fn tasks_made_by_calls() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e", cache="auto")
def plain(x: int): ...
async def other(): ...
t = env.task(plain)
u = env.task(cache="disable")(other)
v = env.task(imported)
w = t
@env.task
def main():
    t(1)
    w(2)
"#,
        r#"
        a.py:5 e.plain(x: int) auto from env a.py:2 [hashes a.py plain]
        a.py:6 e.other() disable from task a.py:6 [hashes a.py other]
        a.py:7 ?`imported` is not defined() auto from env a.py:2 [hashes ?`imported` is not defined] [environment "e"]
        a.py:9 e.main() auto from env a.py:2
        call a.py:11 e.plain by e.main
        call a.py:12 e.plain by e.main
        "#,
    );
}

#[test]
fn tasks_made_by_calls_of_functions_of_other_modules() {
    check(
        r#"
# file: steps.py
def clean(x: int): ...
# file: a.py
import flyte
from steps import clean
env = flyte.TaskEnvironment("e")
t = env.task(clean)
"#,
        "a.py:4 e.clean(x: int) disable [hashes steps.py clean]",
    );
}

#[test]
fn broken_code_keeps_what_is_known() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e", cache="auto")
@env.task
def f(x: int):
    return x +
@env.task(retries=3, cache="disable")
def g(): ...
"#,
        "
        a.py:3 e.f(x: int) auto from env a.py:2
        a.py:6 e.g() disable from task a.py:6
        problem a.py:5 not readable as Python from here: tasks near this line may be missing
        ",
    );
}

#[test]
fn decorators_over_several_lines_count_from_the_first() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e")

# a comment above
@env.task(
    retries=3,
)

# between
async def f(): ...
"#,
        "a.py:5 e.f() disable",
    );
}

#[test]
fn a_reassignment_inside_another_function_does_not_count() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e")
def helper():
    env = 3
    return env
@env.task
def f(): ...
def user():
    env = flyte.TaskEnvironment("local")
    @env.task
    def g(): ...
"#,
        "
        a.py:6 e.f() disable
        a.py:10 local.g() disable
        ",
    );
}
