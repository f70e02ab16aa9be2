//! Environments of the same file: constructors, clones, subclasses, plugins, environments from functions.

use super::check;

#[test]
fn one_environment_one_task() {
    check(
        r#"
import flyte

env = flyte.TaskEnvironment("ml", cache="auto")

@env.task
async def train(lr: float, epochs: int = 3) -> float:
    return lr
"#,
        "a.py:5 ml.train(lr: float, epochs: int = 3) auto from env a.py:3",
    );
}

#[test]
fn names_by_keyword_and_aliases_of_the_sdk() {
    check(
        r#"
import flyte as fl
from flyte import TaskEnvironment as TE
from flyte._task_environment import TaskEnvironment
one = fl.TaskEnvironment(cache="disable", name="one")
two = TE("two")
three = TaskEnvironment(name="three")
@one.task
def a(): ...
@two.task
def b(): ...
@three.task()
def c(): ...
"#,
        "
        a.py:7 one.a() disable from env a.py:4
        a.py:9 two.b() disable
        a.py:11 three.c() disable
        ",
    );
}

#[test]
fn cache_is_the_twelfth_positional_argument() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e", [], None, None, None, None, None, False, "auto", (), None, "auto")
@env.task
def f(): ...
"#,
        "a.py:3 e.f() auto from env a.py:2",
    );
}

#[test]
fn clones_inherit_what_they_are_not_given() {
    check(
        r#"
import flyte
base = flyte.TaskEnvironment("base", cache=flyte.Cache("auto", salt="s"), image=flyte.Image.from_debian_base(python_version=(3, 11)))
same = base.clone_with("same")
none = base.clone_with(name="none", cache=None, image=None)
off = base.clone_with("off", cache="disable")
again = off.clone_with("again")
@same.task
def a(): ...
@none.task
def b(): ...
@off.task
def c(): ...
@again.task
def d(): ...
"#,
        r#"
        a.py:7 same.a() auto from env a.py:2 [salt="s" a.py:2] [image 3.11 a.py:2]
        a.py:9 none.b() auto from env a.py:2 [salt="s" a.py:2] [image 3.11 a.py:2]
        a.py:11 off.c() disable from env a.py:5 [image 3.11 a.py:2]
        a.py:13 again.d() disable from env a.py:5 [image 3.11 a.py:2]
        "#,
    );
}

#[test]
fn clones_inline() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("env")
@env.clone_with(name="main", cache="auto", depends_on=[env]).task
async def f(): ...
@env.clone_with("other").task(cache="auto")
async def g(): ...
@flyte.TaskEnvironment("third").task
def h(): ...
"#,
        "
        a.py:3 main.f() auto from env a.py:3
        a.py:5 other.g() auto from task a.py:5
        a.py:7 third.h() disable
        ",
    );
}

#[test]
fn names_in_constants_f_strings_and_sums() {
    check(
        r#"
import flyte
TEAM = "ml"
VERSION = 2
class Settings:
    NAME = "set"
a = flyte.TaskEnvironment(TEAM)
b = flyte.TaskEnvironment(f"{TEAM}-{VERSION}")
c = flyte.TaskEnvironment(TEAM + "_" + 'x')
d = flyte.TaskEnvironment(name="a" "b")
e = flyte.TaskEnvironment(Settings.NAME)
g = flyte.TaskEnvironment(f"{TEAM!r}")
h = flyte.TaskEnvironment(f"{a.name}-next")
@a.task
def f1(): ...
@b.task
def f2(): ...
@c.task
def f3(): ...
@d.task
def f4(): ...
@e.task
def f5(): ...
@g.task
def f6(): ...
@h.task
def f7(): ...
"#,
        r#"
        a.py:13 ml.f1() disable
        a.py:15 ml-2.f2() disable
        a.py:17 ml_x.f3() disable
        a.py:19 ab.f4() disable
        a.py:21 set.f5() disable
        a.py:23 ?`f"{TEAM!r}"` is not known without running Python() disable
        a.py:25 ml-next.f7() disable
        "#,
    );
}

#[test]
fn names_that_run_python_are_unknown() {
    check(
        r#"
import flyte, os
a = flyte.TaskEnvironment(os.environ["NAME"])
b = flyte.TaskEnvironment(os.getenv("NAME", "x"))
def make_name():
    return os.getcwd()
c = flyte.TaskEnvironment(make_name())
@a.task
def f(): ...
@b.task
def g(): ...
@c.task
def h(): ...
"#,
        r#"
        a.py:7 ?`os.environ["NAME"]` is not known without running Python() disable
        a.py:9 ?`os.getenv("NAME", "x")` runs Python() disable
        a.py:11 ?`make_name()` runs Python() disable
        "#,
    );
}

#[test]
fn keyword_dictionaries_of_constants() {
    check(
        r#"
import flyte
COMMON = {"cache": "auto", "image": "auto"}
MORE = {**COMMON, "cache": flyte.Cache("override", "1")}
a = flyte.TaskEnvironment("a", **COMMON)
b = flyte.TaskEnvironment(name="b", **MORE)
c = flyte.TaskEnvironment("c", **dict(cache="auto"))
@a.task
def f(): ...
@b.task
def g(): ...
@c.task
def h(): ...
@c.task(cache="disable")
def i(): ...
"#,
        r#"
        a.py:7 a.f() auto from env a.py:2
        a.py:9 b.g() override from env a.py:3 [version_override=Some("1") a.py:3]
        a.py:11 c.h() auto from env a.py:6
        a.py:13 c.i() disable from task a.py:13
        "#,
    );
}

#[test]
fn environments_from_a_function_list_each_branch() {
    check(
        r#"
import flyte
def create():
    if flyte.current_domain() == "development":
        return flyte.TaskEnvironment("dev")
    return flyte.TaskEnvironment("prod", cache="auto")
env = create()
@env.task
async def f(n: int): ...
"#,
        r#"
        a.py:7 dev.f(n: int) disable [in if flyte.current_domain() == "development"]
        a.py:7 prod.f(n: int) auto from env a.py:5 [in otherwise]
        "#,
    );
}

#[test]
fn environments_from_a_function_with_arguments() {
    check(
        r#"
import flyte
def make(name, cache="auto"):
    full = f"team-{name}"
    return flyte.TaskEnvironment(name=full, cache=cache)
a = make("a")
b = make(name="b", cache="disable")
@a.task
def f(): ...
@b.task
def g(): ...
"#,
        "
        a.py:7 team-a.f() auto from env a.py:4
        a.py:9 team-b.g() disable from env a.py:4
        ",
    );
}

#[test]
fn names_that_the_sdk_refuses() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("My Env")
@env.task
def f(): ...
"#,
        "a.py:3 My Env.f() disable [refused: ValueError: Environment name 'My Env' must be in snake_case or kebab-case format.]",
    );
}

#[test]
fn subclasses_keep_what_they_are_given() {
    check(
        r#"
import flyte
from dataclasses import dataclass
@dataclass
class Team(flyte.TaskEnvironment):
    owner: str = "me"
class Cached(Team):
    cache: str = "auto"
class Own(flyte.TaskEnvironment):
    def __post_init__(self):
        self.name = "x" + self.name
a = Team("a", cache="auto")
b = Cached("b")
c = Cached("c", cache="disable")
d = Own("d")
@a.task
def f(): ...
@b.task
def g(): ...
@c.task
def h(): ...
@d.task
def i(): ...
"#,
        r#"
        a.py:15 a.f() auto from env a.py:11
        a.py:17 b.g() ?the default of `Cached.cache` is not known from env a.py:12 [A]
        a.py:19 c.h() disable from env a.py:13
        a.py:21 ?`Own.__post_init__` runs Python() ?`Own.__post_init__` runs Python from env a.py:14 [A] [image ?`Own.__post_init__` runs Python]
        "#,
    );
}

#[test]
fn plugin_environments_are_known_as_far_as_they_are_given() {
    check(
        r#"
import flyte
from flyteplugins.spark import SparkEnvironment
from mycompany.flyte import MLEnvironment
a = SparkEnvironment(name="spark", cache="auto", image="auto")
b = MLEnvironment("team")
@a.task
def f(): ...
@b.task(cache="disable")
def g(): ...
@b.task
def h(): ...
"#,
        "
        a.py:6 spark.f() auto from env a.py:4
        a.py:8 team.g() disable from task a.py:8 [image ?the default image of `MLEnvironment` is not known]
        a.py:10 team.h() ?the defaults of `MLEnvironment` are not known from env a.py:5 [A] [image ?the default image of `MLEnvironment` is not known]
        ",
    );
}

#[test]
fn other_libraries_have_tasks_too() {
    check(
        r#"
import flyte
from celery import Celery
from invoke import task
app = Celery("x")
@app.task
def f(): ...
@task
def g(): ...
class Registry:
    def task(self, f): return f
registry = Registry()
@registry.task
def h(): ...
"#,
        "",
    );
}

#[test]
fn an_environment_from_outside_of_the_project_is_unknown() {
    check(
        r#"
import flyte
from mycompany.envs import env
@env.task
def f(x: int): ...
def make(env2: flyte.TaskEnvironment):
    @env2.task
    def g(): ...
"#,
        "
        a.py:3 ?`env` comes from `mycompany.envs.env`, outside of the project(x: int) ?`env` comes from `mycompany.envs.env`, outside of the project from env [A] [image ?`env` comes from `mycompany.envs.env`, outside of the project]
        a.py:6 ?`env2` is a parameter of `make`() ?`env2` is a parameter of `make` from env [A] [image ?`env2` is a parameter of `make`]
        ",
    );
}

#[test]
fn images_name_their_python() {
    check(
        r#"
import flyte
base = flyte.Image.from_debian_base(python_version=(3, 12)).with_pip_packages("pandas").with_apt_packages("git")
a = flyte.TaskEnvironment("a", image=base)
b = flyte.TaskEnvironment("b", image=flyte.Image.from_uv_script(__file__, name="x", python_version=(3, 13)))
c = flyte.TaskEnvironment("c", image="python:3.12-slim")
d = flyte.TaskEnvironment("d", image=flyte.Image.from_base("x:1").clone(name="y").with_commands(["ls"]))
e = flyte.TaskEnvironment("e", image=flyte.Image.from_debian_base(name="x", python_version=None))
g = flyte.TaskEnvironment("g", image=base.clone(python_version=(3, 11)))
@a.task
def f1(): ...
@b.task
def f2(): ...
@c.task
def f3(): ...
@d.task
def f4(): ...
@e.task
def f5(): ...
@g.task
def f6(): ...
"#,
        r#"
        a.py:9 a.f1() disable [image 3.12 a.py:2]
        a.py:11 b.f2() disable [image 3.13 a.py:4]
        a.py:13 c.f3() disable [image ?only the image `python:3.12-slim` itself tells its Python]
        a.py:15 d.f4() disable [image ?only the image `x:1` itself tells its Python]
        a.py:17 e.f5() disable
        a.py:19 g.f6() disable [image ?`base.clone(python_version=(3, 11))` asks for another Python than its base]
        "#,
    );
}

#[test]
fn what_is_changed_afterwards_is_unknown() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e", cache="auto")
spec = flyte.Cache("auto")
env.cache = "disable"
env.image = "x"
other = flyte.TaskEnvironment("o")
other.queue = "q"
spec.salt = "x"
@env.task
def f(): ...
@env.task(cache="auto")
def g(): ...
@other.task(cache=spec)
def h(): ...
@other.task
def i(): ...
i.cache = "auto"
setattr(other, "image", "x")
"#,
        r#"
        a.py:9 e.f() ?`env.cache` is set again on line 4 of a.py from env a.py:2 [A] [image ?`env.image` is set again on line 5 of a.py]
        a.py:11 e.g() auto from task a.py:11 [image ?`env.image` is set again on line 5 of a.py]
        a.py:13 o.h() auto from task a.py:13 [salt=?`spec.salt` is set again on line 8 of a.py]
        a.py:15 o.i() ?`i.cache` is set again on line 17 of a.py [A]
        "#,
    );
}

#[test]
fn a_change_counts_for_the_tasks_behind_it() {
    check(
        r#"
import flyte
env = flyte.TaskEnvironment("e", cache="auto")
@env.task
def before(): ...
env.cache = "disable"
@env.task
def after(): ...
def later():
    @env.task
    def inner(): ...
other = flyte.TaskEnvironment("o")
@other.task
def early(): ...
def change():
    other.cache = "auto"
"#,
        "
        a.py:3 e.before() auto from env a.py:2
        a.py:6 e.after() ?`env.cache` is set again on line 5 of a.py from env a.py:2 [A]
        a.py:9 e.inner() ?`env.cache` is set again on line 5 of a.py from env a.py:2 [A]
        a.py:12 o.early() ?`other.cache` is set again on line 15 of a.py [A]
        ",
    );
}

#[test]
fn dictionaries_that_are_changed_in_place_are_unknown() {
    check(
        r#"
import flyte
ONE = {"cache": "disable"}
ONE["cache"] = "auto"
TWO = {}
TWO.update(cache="auto")
THREE = {"cache": "auto"}
def change():
    THREE["cache"] = "disable"
FOUR = {"cache": "auto", "names": ["d"]}
a = flyte.TaskEnvironment("a", **ONE)
b = flyte.TaskEnvironment("b", **TWO)
c = flyte.TaskEnvironment("c", **THREE)
d = flyte.TaskEnvironment(FOUR["names"][0], cache=FOUR["cache"])
d.env_vars["X"] = "1"
@a.task
def f(): ...
@b.task
def g(): ...
@c.task
def h(): ...
@d.task
def i(): ...
"#,
        "
        a.py:15 a.f() ?`**ONE` is not known: `ONE` is changed in place from env a.py:10 [A] [image ?`**ONE` is not known: `ONE` is changed in place]
        a.py:17 b.g() ?`**TWO` is not known: `TWO` is changed in place from env a.py:11 [A] [image ?`**TWO` is not known: `TWO` is changed in place]
        a.py:19 c.h() ?`**THREE` is not known: `THREE` is changed by `change` from env a.py:12 [A] [image ?`**THREE` is not known: `THREE` is changed by `change`]
        a.py:21 d.i() auto from env a.py:13
        ",
    );
}

#[test]
fn environments_that_are_unpacked_and_partial_decorators() {
    check(
        r#"
import flyte, functools
a, b = flyte.TaskEnvironment("a"), flyte.TaskEnvironment("b")
cached = functools.partial(a.task, cache="auto")
@b.task
def f(): ...
@cached
def g(): ...
@cached(retries=3)
def h(): ...
@cached(cache="disable")
def i(): ...
"#,
        "
        a.py:4 b.f() disable
        a.py:6 a.g() auto from task a.py:3
        a.py:8 a.h() auto from task a.py:3
        a.py:10 a.i() disable from task a.py:10
        ",
    );
}
