//! Which files are read and parsed.

use std::path::PathBuf;

use super::super::connected;
use super::{Memory, check, check_paths, roots};

#[test]
fn a_file_without_the_word_is_found_by_its_imports() {
    check(
        r#"
# file: envs.py
import flyte
env = flyte.TaskEnvironment("ml")
# file: middle.py
from envs import env as environment
# file: a.py
from middle import environment
@environment.task
def f(): ...
# file: unrelated.py
import json
def f(): ...
"#,
        "a.py:2 ml.f() disable",
    );
}

#[test]
fn decorators_under_another_name_are_found() {
    check(
        r#"
# file: envs.py
import flyte
step = flyte.TaskEnvironment("ml").task
# file: a.py
from envs import step
@step
def f(): ...
"#,
        "a.py:2 ml.f() disable",
    );
}

#[test]
fn an_environment_outside_of_the_given_paths_is_read() {
    let files = Memory::new(
        r#"
# file: envs.py
import flyte
env = flyte.TaskEnvironment("ml")
@env.task
def not_listed(): ...
# file: a.py
from envs import env
@env.task
def f(): ...
"#,
    );
    check_paths(&files, &[PathBuf::from("/p/a.py")], "a.py:2 ml.f() disable");
}

#[test]
fn an_environment_is_found_through_files_that_only_pass_it_on() {
    let files = Memory::new(
        r#"
# file: pkg/__init__.py
from .middle import env
# file: pkg/middle.py
from .envs import env
# file: pkg/envs.py
import flyte
env = flyte.TaskEnvironment("ml")
# file: pkg/tasks/a.py
from pkg import env
@env.task
def f(): ...
"#,
    );
    check_paths(&files, &[PathBuf::from("/p/pkg/tasks/a.py")], "pkg/tasks/a.py:2 ml.f() disable");
    check_paths(&files, &files.paths(), "pkg/tasks/a.py:2 ml.f() disable");
}

#[test]
fn files_that_can_not_matter_are_read_for_their_imports_and_no_more() {
    let files = Memory::new(
        r#"
# file: a.py
import flyte
from helpers import helper
env = flyte.TaskEnvironment("ml")
@env.task
def f():
    helper()
# file: helpers.py
import json
from other import thing
def helper(): ...
# file: other.py
thing = 1
"#,
    );
    assert_eq!(super::listing(&files, &super::analyze(&files, &roots(), &files.paths())), ["a.py:4 ml.f() disable"]);
    for name in ["/p/helpers.py", "/p/other.py"] {
        let read = files.read.lock().unwrap().iter().filter(|path| path.as_os_str() == name).count();
        assert!(read <= 2, "{name} is read by the prefilter and for its imports only, not {read} times");
    }
}

#[test]
fn unreadable_text_is_a_problem_of_its_file() {
    check(
        "# file: a.py\n# coding: no-such-codec flyte\n# file: b.py\nimport flyte\nenv = flyte.TaskEnvironment('e')\n@env.task\ndef f(): ...\n",
        "
        b.py:3 e.f() disable
        problem a.py:1 the encoding `no-such-codec` is not supported: save the file as UTF-8
        ",
    );
}

/// Each text nests one construct far deeper than Python takes it: nothing may overflow the stack.
#[test]
fn deep_nesting_ends() {
    const DEEP: usize = 20_000;
    let nested = |open: &str, middle: &str, close: &str| format!("{}{middle}{}", open.repeat(DEEP), close.repeat(DEEP));
    let texts = [
        format!("x = {}", nested("(", "1", ")")),
        format!("x = {}", nested("[", "", "]")),
        format!("x = f{}", nested("(f", "", ")")),
        format!("x = a{}", ".b".repeat(DEEP)),
        format!("x = 1{}", " + 1".repeat(DEEP)),
        format!("{} = 1", nested("(", "x", ",)")),
        format!("x = {}1", "-".repeat(DEEP)),
        format!("x = {}", nested("a[", "1", "]")),
        format!("x = {}1", "lambda: ".repeat(DEEP)),
        (0..500).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect::<String>(),
        (0..500).map(|depth| format!("{}def f():\n", " ".repeat(depth))).collect::<String>(),
        format!("if x: pass\n{}", "elif x: pass\n".repeat(DEEP)),
        (0..2_000).map(|index| format!("x{} = x{index}\n", index + 1)).collect::<String>(),
    ];
    for text in texts {
        let snippet =
            format!("import flyte\nenv = flyte.TaskEnvironment('e')\n@env.task\ndef f(): ...\n{text}\nx2000.task()\n");
        let files = Memory::new(&snippet);
        let project = super::analyze(&files, &super::roots(), &files.paths());
        assert_eq!(project.tasks.len(), 1, "{}", &text[..40]);
    }
}

#[test]
fn imports_connect_files_in_both_directions_and_over_others() {
    let files = Memory::new(
        "# file: tasks.py\nimport envs, json\n# file: envs.py\nx = 1\n# file: user.py\nfrom hidden import f\n\
         # file: hidden.py\nfrom tasks import f\n# file: other.py\nimport json\n# file: sibling.py\nfrom envs import x\n\
         # file: pkg/deep/mod.py\nfrom ...tasks import f\n# file: text.py\nx = 'import other'\n\
         # file: reads_text.py\nimport text\n",
    );
    // A file that is not listed passes on what others define.
    let all: Vec<PathBuf> = files.paths().into_iter().filter(|path| !path.ends_with("hidden.py")).collect();
    let found = connected(&files, &roots(), &[PathBuf::from("/p/tasks.py")], &all);
    let names: Vec<_> = found.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    assert_eq!(names, ["envs.py", "mod.py", "sibling.py", "tasks.py", "user.py"]);
}
