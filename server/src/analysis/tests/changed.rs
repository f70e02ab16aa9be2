//! Environments and caches that are changed by ways that don't name them, and near misses that change neither.

use super::*;

#[test]
fn a_loop_changes_what_it_goes_over() {
    check(
        r#"
import flyte
a_env = flyte.TaskEnvironment("a", cache="auto")
b_env = flyte.TaskEnvironment("b", cache="auto")
for env in [a_env]:
    env.cache = "disable"
@a_env.task
def f(): ...
@b_env.task
def g(): ...
"#,
        "a.py:6 a.f() ?`env.cache` is set again on line 5 of a.py from env a.py:2 [A]
         a.py:8 b.g() auto from env a.py:3",
    );
}

#[test]
fn a_list_that_functions_fill_is_followed() {
    check(
        r#"
import flyte
envs = []
def make(name):
    made = flyte.TaskEnvironment("x", cache="auto")
    envs.append(made)
    return made
env = make("x")
for one in envs:
    one.cache = flyte.Cache("auto", salt="all")
@env.task
def f(): ...
"#,
        "a.py:10 x.f() ?`one.cache` is set again on line 9 of a.py from env a.py:4 [A]",
    );
}

#[test]
fn a_function_changes_what_it_is_given_directly_or_by_another() {
    check(
        r#"
# file: lib.py
def touch(cache):
    inner(cache)
    return cache
def inner(what, *, other=None):
    what.salt = "lib"
# file: a.py
import lib
from lib import touch as t
import flyte
first = flyte.Cache("auto")
second = flyte.Cache("auto")
env = flyte.TaskEnvironment("e")
t(first)
@env.task(cache=first)
def f(): ...
@env.task(cache=second)
def g(): ...
@env.task(cache=lib.touch(flyte.Cache("auto")))
def h(): ...
"#,
        "a.py:8 e.f() auto from task a.py:8 [salt=?`what.salt` is set again on line 5 of lib.py]
         a.py:10 e.g() auto from task a.py:10
         a.py:12 e.h() auto from task a.py:12 [salt=?`what.salt` is set again on line 5 of lib.py]",
    );
}

#[test]
fn constructors_defaults_and_fields_are_followed() {
    check(
        r#"
import flyte
one = flyte.Cache("auto")
two = flyte.Cache("auto")
three = flyte.Cache("auto")
class Registry:
    def __init__(self, cache):
        cache.salt = "r"
        self.kept = three
    def change(self):
        self.kept.salt = "k"
def init(cache=two):
    cache.salt = "d"
Registry(one).change()
init()
env = flyte.TaskEnvironment("e")
@env.task(cache=one)
def f(): ...
@env.task(cache=two)
def g(): ...
@env.task(cache=three)
def h(): ...
"#,
        "a.py:16 e.f() auto from task a.py:16 [salt=?`cache.salt` is set again on line 7 of a.py]
         a.py:18 e.g() auto from task a.py:18 [salt=?`cache.salt` is set again on line 12 of a.py]
         a.py:20 e.h() auto from task a.py:20 [salt=?`self.kept.salt` is set again on line 10 of a.py]",
    );
}

#[test]
fn attributes_of_those_names_of_other_objects_change_nothing() {
    check(
        r#"
import flyte, ml
env = flyte.TaskEnvironment("e", cache=flyte.Cache("auto", salt="s"))
class Layer:
    def __init__(self, name):
        self.name = name
        self.cache = {}
    def reset(self):
        self.cache = None
class Run:
    def __init__(self, env):
        self.env = env
        self.name = ""
Run(env).name = "run"
run = ml.Run(env)
run.name = "run"
def clear(model, env):
    for layer in model.layers:
        layer.cache = None
        layer.name = "x"
@env.task
def train(model: str):
    clear(model, env)
    result = train(model)
    result.name = "a"
    parser.salt = 3
"#,
        r#"a.py:20 e.train(model: str) auto from env a.py:2 [salt="s" a.py:2]
           call a.py:23 e.train by e.train"#,
    );
}

#[test]
fn dictionaries_of_attributes_and_the_bases_methods_set_too() {
    for line in [
        "vars(env)['cache'] = 'disable'",
        "env.__dict__['cache'] = 'disable'",
        "env.__dict__.update(cache='disable')",
        "object.__setattr__(env, 'cache', 'disable')",
        "env.__setattr__('cache', 'disable')",
        "env.__init__('again')",
        "[setattr(one, 'cache', 'disable') for one in [env]]",
        "globals()['env'] = other",
        "globals().update(env=other)",
        "sys.modules[__name__].env = other",
        "setattr(sys.modules[__name__], 'env', other)",
    ] {
        let snippet = format!(
            "import flyte, sys\nother = 1\nenv = flyte.TaskEnvironment('e', cache='auto')\n{line}\n@env.task\ndef f(): ...\n"
        );
        let files = Memory::new(&snippet);
        let project = analyze(&files, &roots(), &files.paths());
        let [task] = project.tasks.as_slice() else { panic!("{line}: {} tasks", project.tasks.len()) };
        assert!(matches!(task.spec.behavior.value, Known::Unknown(_)), "{line}: {:?}", task.spec.behavior.value);
    }
}

#[test]
fn what_runs_together_with_a_patch_does_not_know_what_is_patched() {
    check(
        r#"
# file: config.py
SALT = "one"
KEPT = "two"
# file: overrides.py
import config
setattr(config, "SALT", "three")
# file: alone.py
import flyte
from config import SALT
env = flyte.TaskEnvironment("alone")
@env.task(cache=flyte.Cache("auto", salt=SALT))
def f(): ...
# file: main.py
import overrides
import flyte
from config import SALT, KEPT
env = flyte.TaskEnvironment("e")
@env.task(cache=flyte.Cache("auto", salt=SALT))
def f(): ...
@env.task(cache=flyte.Cache("auto", salt=KEPT))
def g(): ...
"#,
        r#"alone.py:4 alone.f() auto from task alone.py:4 [salt="one" alone.py:4]
           main.py:5 e.f() auto from task main.py:5 [salt=?`config.SALT` is set on line 2 of overrides.py main.py:5]
           main.py:7 e.g() auto from task main.py:7 [salt="two" main.py:7]"#,
    );
}

#[test]
fn attributes_of_classes_that_are_set_again_are_not_known() {
    check(
        r#"
import flyte
class Settings:
    salt = "one"
    kept = "k"
class Other:
    salt = "o"
Settings.salt = "two"
env = flyte.TaskEnvironment("e")
@env.task(cache=flyte.Cache("auto", salt=Settings.salt))
def f(): ...
@env.task(cache=flyte.Cache("auto", salt=Settings.kept))
def g(): ...
@env.task(cache=flyte.Cache("auto", salt=Other.salt))
def h(): ...
"#,
        r#"a.py:9 e.f() auto from task a.py:9 [salt=?`Settings.salt` is set on line 7 of a.py a.py:9]
           a.py:11 e.g() auto from task a.py:11 [salt="k" a.py:11]
           a.py:13 e.h() auto from task a.py:13 [salt="o" a.py:13]"#,
    );
}

#[test]
fn what_decides_in_the_sdk_and_is_patched_makes_all_unknown() {
    for line in [
        "flyte.Cache.get_version = None",
        "from flyte._cache import defaults; defaults.get_default_policies = None",
        "import inspect; inspect.getsource = None",
    ] {
        let snippet =
            format!("import flyte\n{line}\nenv = flyte.TaskEnvironment('e', cache='auto')\n@env.task\ndef f(): ...\n");
        let files = Memory::new(&snippet);
        let project = analyze(&files, &roots(), &files.paths());
        let [task] = project.tasks.as_slice() else { panic!("{line}: {} tasks", project.tasks.len()) };
        assert!(matches!(task.spec.behavior.value, Known::Unknown(_)), "{line}: {:?}", task.spec.behavior.value);
    }
    check(
        "import flyte\nflyte.logger.level = 3\nenv = flyte.TaskEnvironment('e', cache='auto')\n@env.task\ndef f(): ...\n",
        "a.py:4 e.f() auto from env a.py:3",
    );
}

#[test]
fn lists_that_caches_share_are_not_known_once_they_change() {
    check(
        r#"
import flyte
LIST = ["x"]
KEPT = ["x"]
def more(names):
    names.append("y")
more(LIST)
env = flyte.TaskEnvironment("e")
held = flyte.Cache("auto", ignored_inputs=["x"])
held.ignored_inputs.append("y")
@env.task(cache=flyte.Cache("auto", ignored_inputs=LIST))
def f(x: int): ...
@env.task(cache=flyte.Cache("auto", ignored_inputs=KEPT))
def g(x: int): ...
@env.task(cache=held)
def h(x: int): ...
"#,
        r#"a.py:10 e.f(x: int) auto from task a.py:10 [ignored_inputs=?`LIST` may be changed in place on line 6 a.py:10]
           a.py:12 e.g(x: int) auto from task a.py:12 [ignored_inputs=["x"] a.py:12]
           a.py:14 e.h(x: int) auto from task a.py:14 [ignored_inputs=?`held.ignored_inputs` is set again on line 9 of a.py a.py:8]"#,
    );
}

#[test]
fn names_are_those_that_python_sees() {
    check(
        "import flyte\nenv = flyte.TaskEnvironment('e')\nclass K:\n    @env.task\n    def uses(__y: int, \u{fb01}: int): ...\n",
        "a.py:4 e.uses(_K__y: int, fi: int) disable",
    );
}

#[test]
fn environments_from_outside_and_hidden_decorators_are_listed() {
    check(
        r#"
# file: a.py
from team_package import team_env
@team_env.task
def f(): ...
# file: b.py
import flyte
env = flyte.TaskEnvironment("e", cache="auto")
@getattr(env, "task")
def f(): ...
@(lambda function: env.task(function))
def g(): ...
# file: c.py
from other import app
@app.task
def f(): ...
"#,
        "a.py:2 ?`team_env` comes from `team_package.team_env`, outside of the project() ?`team_env` comes from `team_package.team_env`, outside of the project from env [A] [image ?`team_env` comes from `team_package.team_env`, outside of the project]
         b.py:3 e.f() auto from env b.py:2
         b.py:5 ?`(lambda function: env.task(function))` runs Python() ?`(lambda function: env.task(function))` runs Python from env [A] [image ?`(lambda function: env.task(function))` runs Python]",
    );
}

#[test]
fn dictionaries_and_strings_that_calls_make_are_known() {
    check(
        r#"
import flyte
COMMON = dict(cache="auto")
env = flyte.TaskEnvironment("e" + str(3), **COMMON)
@env.task(cache="disable" if 0 else "override")
def f(): ...
@env.task
def g(): ...
"#,
        "a.py:4 e3.f() override from task a.py:4
         a.py:6 e3.g() auto from env a.py:2",
    );
}
