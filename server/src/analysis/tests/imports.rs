//! Environments and constants of other modules.

use super::check;

const ENV: &str = "import flyte\nenv = flyte.TaskEnvironment('ml', cache='auto')\n";

/// `envs`, a file that defines `env`, and `a.py` or another file with a task `f` in it.
#[track_caller]
fn check_import(envs: &str, user: &str, import: &str, decorator: &str) {
    let snippet = format!("# file: {envs}\n{ENV}# file: {user}\n{import}\n@{decorator}\ndef f(): ...\n");
    check(&snippet, &format!("{user}:2 ml.f() auto from env {envs}:2"));
}

#[test]
fn beside_the_script_without_a_package() {
    check_import("envs.py", "a.py", "from envs import env", "env.task");
    check_import("envs.py", "a.py", "import envs", "envs.env.task");
    check_import("envs.py", "a.py", "import envs as e", "e.env.task()");
    check_import("envs.py", "a.py", "from envs import env as e", "e.task");
    check_import("envs.py", "a.py", "from envs import *", "env.task");
    check_import("jobs/envs.py", "jobs/a.py", "from envs import env", "env.task");
}

#[test]
fn from_the_project_and_its_source_folder() {
    check_import("envs.py", "jobs/deep/a.py", "from envs import env", "env.task");
    check_import("common/envs.py", "jobs/a.py", "from common.envs import env", "env.task");
    check_import("common/envs.py", "jobs/a.py", "from common import envs", "envs.env.task");
    check_import("common/envs.py", "jobs/a.py", "import common.envs", "common.envs.env.task");
    check_import("src/pkg/envs.py", "tests/a.py", "from pkg.envs import env", "env.task");
    check_import("jobs/lib/envs.py", "jobs/lib/a.py", "from lib.envs import env", "env.task");
}

#[test]
fn relative() {
    check_import("pkg/envs.py", "pkg/a.py", "from .envs import env", "env.task");
    check_import("pkg/envs.py", "pkg/a.py", "from . import envs", "envs.env.task");
    check_import("pkg/envs.py", "pkg/sub/a.py", "from ..envs import env as x", "x.task");
    check_import("pkg/__init__.py", "pkg/a.py", "from . import env", "env.task");
    check_import("pkg/__init__.py", "pkg/sub/a.py", "from .. import env", "env.task");
    check_import("pkg/__init__.py", "a.py", "import pkg", "pkg.env.task");
}

#[test]
fn re_exported() {
    check(
        r#"
# file: pkg/__init__.py
from .envs import env as e
from ._more import *
# file: pkg/envs.py
import flyte
env = flyte.TaskEnvironment("ml")
# file: pkg/_more.py
import flyte
__all__ = ["other"]
other = flyte.TaskEnvironment("other")
hidden = flyte.TaskEnvironment("hidden")
# file: main.py
import pkg
from pkg import e, other
@e.task
def f(): ...
@pkg.e.task
def g(): ...
@other.task
def h(): ...
@pkg.hidden.task
def i(): ...
"#,
        "
        main.py:3 ml.f() disable
        main.py:5 ml.g() disable
        main.py:7 other.h() disable
        main.py:9 ?`hidden` is not found in pkg/__init__.py() ?`hidden` is not found in pkg/__init__.py from env [A] [image ?`hidden` is not found in pkg/__init__.py]
        ",
    );
}

#[test]
fn constants_of_other_modules() {
    check(
        r#"
# file: config.py
TEAM = "ml"
class Names:
    train = f"{TEAM}-train"
# file: a.py
import flyte
import config
from config import TEAM, Names
env = flyte.TaskEnvironment(f"{config.TEAM}-{TEAM}", cache=flyte.Cache("auto", salt=Names.train))
@env.task
def f(): ...
"#,
        r#"a.py:5 ml-ml.f() auto from env a.py:4 [salt="ml-train" a.py:4]"#,
    );
}

#[test]
fn a_module_in_two_places_is_not_guessed() {
    check(
        r#"
# file: envs.py
import flyte
env = flyte.TaskEnvironment("top")
# file: pkg/__init__.py
# file: pkg/envs.py
import flyte
env = flyte.TaskEnvironment("inner")
# file: pkg/a.py
import flyte
from envs import env
@env.task
def f(): ...
# file: script/envs.py
import flyte
env = flyte.TaskEnvironment("script")
# file: script/a.py
from envs import env
@env.task
def f(): ...
"#,
        "
        pkg/a.py:3 ?`envs` is pkg/envs.py or envs.py, depending on which file is run() ?`envs` is pkg/envs.py or envs.py, depending on which file is run from env [A] [image ?`envs` is pkg/envs.py or envs.py, depending on which file is run]
        script/a.py:2 script.f() disable
        ",
    );
}

#[test]
fn imports_that_fall_back() {
    check(
        r#"
# file: envs.py
import flyte
env = flyte.TaskEnvironment("ml")
# file: a.py
import flyte
try:
    from envs import env
except ImportError:
    env = None
@env.task
def f(): ...
# file: b.py
import flyte
try:
    from envs import env
except ImportError:
    env = flyte.TaskEnvironment("local")
@env.task
def g(): ...
# file: c.py
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from other import env
else:
    from envs import env
@env.task
def h(): ...
"#,
        "
        a.py:6 ml.f() disable
        b.py:6 ml.g() disable [in try]
        b.py:6 local.g() disable [in except ImportError]
        c.py:6 ml.h() disable
        ",
    );
}

#[test]
fn imports_in_circles_end() {
    check(
        r#"
# file: one.py
import flyte
from two import env as env
@env.task
def f(): ...
# file: two.py
import flyte
from one import env as env
X = X
name = f"{name}"
other = flyte.TaskEnvironment(name)
@other.task
def g(): ...
"#,
        "
        one.py:3 ?`env` depends on itself() ?`env` depends on itself from env [A] [image ?`env` depends on itself]
        two.py:6 ?`name` is not defined() disable
        ",
    );
}

#[test]
fn the_sdk_is_never_a_folder_of_the_project() {
    check(
        r#"
# file: flyte/__init__.py
TaskEnvironment = None
# file: a.py
import flyte
env = flyte.TaskEnvironment("e")
@env.task
def f(): ...
"#,
        "a.py:3 e.f() disable",
    );
}

#[test]
fn a_relative_import_that_is_not_there() {
    check(
        "import flyte\nfrom .envs import env\n@env.task\ndef f(): ...\n",
        "a.py:3 ?`.envs` is not found() ?`.envs` is not found from env [A] [image ?`.envs` is not found]",
    );
}

#[test]
fn a_folder_without_init_gives_way_to_a_package_anywhere_on_the_path() {
    // PEP 420: `jobs/pkg` would be a namespace package, were there no `src/pkg/__init__.py`.
    check(
        r#"
# file: jobs/pkg/notes.py
# file: src/pkg/__init__.py
import flyte
env = flyte.TaskEnvironment("ml", cache="auto")
# file: jobs/a.py
from pkg import env
@env.task
def f(): ...
"#,
        "jobs/a.py:2 ml.f() auto from env src/pkg/__init__.py:2",
    );
}
