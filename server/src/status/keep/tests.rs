//! Pins and their way back over the forms in which people write caches, each as a file of a repository of its own commit.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::path::Path;

use super::*;
use crate::baseline::test_repository::{Sandbox, sandbox};

const OLD: &str = "\"\"\"Old.\"\"\"";
const NEW: &str = "\"\"\"New.\"\"\"";
/// What takes the place of versions in what is expected.
const VERSION: &str = "<version>";

fn outside() -> Outside {
    let path = Outside::of_process().variable("PATH").unwrap_or_default().to_owned();
    Outside::new([("PATH".into(), path)], None)
}

fn question<'a>(cwd: &'a Path) -> Question<'a> {
    Question { python: Some("3.12".parse().unwrap()), against: Against::Revision("HEAD"), ..Question::at(cwd) }
}

fn planned(sandbox: &Sandbox, file: &str, task: &str, meant: Meant) -> Result<Plan, Refusal> {
    let cwd = sandbox.path("p");
    let walked = walk(&[cwd.join(file)], &cwd, &|_| {});
    plan(&mut Session::default(), &question(&cwd), walked, &outside(), &Selector::of(task), meant)
}

fn version(sandbox: &Sandbox, file: &str) -> String {
    let cwd = sandbox.path("p");
    let report =
        ask_in(&mut Session::default(), &question(&cwd), walk(&[cwd.join(file)], &cwd, &|_| {}), &outside()).unwrap();
    let found = report.tasks.iter().find(|status| status.task.function == "f").unwrap();
    match &found.here.version {
        Known::Value(version) => version.clone(),
        Known::Unknown(reason) => panic!("{file}: {reason}"),
    }
}

/// Commits each text, edits the docstring of its `f`, pins `f`, takes the pin back; returns the lines that changed, and
/// fails if after all that the text is not the edited one again.
fn there_and_back(cases: &[(&str, &str)]) -> String {
    let Some(sandbox) = sandbox() else { return String::new() };
    sandbox.git("", &["init", "-q", "p"]);
    sandbox.write("p/shared.py", SHARED);
    for (name, text) in cases {
        assert!(text.contains(OLD), "{name}");
        sandbox.write(&format!("p/{name}.py"), text);
    }
    sandbox.git("p", &["add", "-A"]);
    sandbox.git("p", &["commit", "-q", "-m", "first"]);
    let mut told = String::new();
    for (name, text) in cases {
        let file = format!("{name}.py");
        let before = version(&sandbox, &file);
        let edited = text.replace(OLD, NEW);
        sandbox.write(&format!("p/{file}"), &edited);
        let after = version(&sandbox, &file);
        assert_ne!(before, after, "{name}");
        writeln!(told, "{name}").unwrap();
        let plan = match planned(&sandbox, &file, "f", Meant::Pin) {
            Ok(plan) => plan,
            Err(refusal) => {
                writeln!(told, "! {refusal}").unwrap();
                continue;
            }
        };
        let pinned = String::from_utf8(plan.after.clone()).unwrap();
        sandbox.write(&format!("p/{file}"), &pinned);
        assert_eq!(version(&sandbox, &file), before, "{name}: {pinned}");
        for line in pinned.lines().filter(|line| !edited.lines().any(|other| other == *line)) {
            writeln!(told, "  {}", line.replace(&before, VERSION)).unwrap();
        }
        for note in &plan.notes {
            writeln!(told, "  note: {note}").unwrap();
        }
        let back = planned(&sandbox, &file, "f", Meant::Unpin).unwrap();
        let unpinned = String::from_utf8(back.after).unwrap();
        sandbox.write(&format!("p/{file}"), &unpinned);
        assert_eq!(version(&sandbox, &file), after, "{name}: {unpinned}");
        if unpinned != edited {
            for line in unpinned.lines().filter(|line| !edited.lines().any(|other| other == *line)) {
                writeln!(told, "  back: {line}").unwrap();
            }
        }
    }
    told
}

const SHARED: &str = "from flyte import Cache, TaskEnvironment\n\nCACHED = Cache('auto', serialize=True, ignored_inputs=('x',), salt='a\"b')\nenv = TaskEnvironment('shared', cache=Cache('auto', ignored_inputs=['x'], max_age=60))\n";

#[test]
fn forms_of_the_decorator() {
    let told = there_and_back(&[
        (
            "bare",
            "import flyte\n\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n@env.task\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n\n@env.task\ndef g(x: int) -> int:\n    return f(x)\n",
        ),
        (
            "empty",
            "import flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n@env.task()\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "word",
            "import flyte as fl\nenv = fl.TaskEnvironment('ml')\n\n@env.task(cache='enabled')\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "beside",
            "import flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n@env.task(retries=3)\nasync def f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "lines",
            "import flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n@env.task(\n    retries=3,  # the network\n    timeout=60,  # seconds\n)\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "lines_without_comma",
            "import flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n@env.task(\n    retries=3,\n    timeout=60  # seconds\n)\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "hugging",
            "import flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n@env.task(retries=3,\n          timeout=60)\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "comment",
            "import flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n@env.task(  # nothing (yet)\n)\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "made",
            "from flyte import Cache, TaskEnvironment\nenv = TaskEnvironment(\"ml\")\n\n@env.task(cache=Cache(\"auto\"), retries=2)\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "made_with_more",
            "from flyte import Cache, TaskEnvironment\nenv = TaskEnvironment(\"ml\")\n\n@env.task(\n    cache=Cache(\n        behavior=\"auto\",  # for now\n        salt=\"s\",\n        ignored_inputs=(\"x\",),\n        serialize=True,\n    ),\n)\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "made_by_position",
            "from flyte import Cache, TaskEnvironment\nenv = TaskEnvironment(\"ml\")\n\n@env.task(cache=Cache(\"auto\", None, True, \"x\"))\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "made_with_none",
            "from flyte import Cache as C, TaskEnvironment\nenv = TaskEnvironment(\"ml\")\n\n@env.task(cache=C(\"auto\", version_override=None, max_age=3))\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "policies",
            "import flyte\nfrom flyte import Cache\nfrom flyte._cache.policy_function_body import FunctionBodyPolicy\nenv = flyte.TaskEnvironment(\"ml\")\n\n@env.task(cache=Cache(\"auto\", policies=[FunctionBodyPolicy(), FunctionBodyPolicy()]))\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "constant",
            "import flyte\nCACHED = flyte.Cache(\"auto\", serialize=True)\nenv = flyte.TaskEnvironment(\"ml\")\n\n@env.task(cache=CACHED)\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n\n@env.task(cache=CACHED)\ndef g(x: int) -> int:\n    return x\n",
        ),
        (
            "other_module",
            "\"\"\"A pipeline.\"\"\"\n\nimport os\n\nfrom shared import env\n\n@env.task\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "constant_of_other_module",
            "import flyte\nfrom shared import CACHED\n\nenv = flyte.TaskEnvironment('ml')\n\n@env.task(cache=CACHED)\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "import_list",
            "from __future__ import annotations\n\nfrom flyte import (\n    Image,\n    TaskEnvironment,\n)\n\nenv = TaskEnvironment(\"ml\", cache=\"auto\")\n\n@env.task\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "import_line",
            "from flyte import TaskEnvironment, run\n\nenv = TaskEnvironment(\"ml\", cache=\"auto\")\n\n@env.task\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "name_taken",
            "from flyte import TaskEnvironment\n\nclass Cache:\n    pass\n\nenv = TaskEnvironment(\"ml\", cache=\"auto\")\n\n@env.task\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "cloned",
            "import flyte\nbase = flyte.TaskEnvironment(\"base\", cache=flyte.Cache(\"auto\", serialize=True))\nenv = base.clone_with(\"ml\")\n\n@env.task\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "over",
            "import flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=flyte.Cache(\"override\"))\n\n@env.task\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n\n@env.task\ndef main() -> int:\n    return f.override(cache=\"disable\")(1)\n",
        ),
        (
            "by_call",
            "import flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n\ntask = env.task(f, retries=2)\n",
        ),
        (
            "by_call_of_call",
            "import flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n\ntask = env.task(retries=2)(f)\n",
        ),
        (
            "nested",
            "import flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\nif True:\n    @env.task(\n        retries=3,\n    )\n    def f(x: int) -> int:\n        \"\"\"Old.\"\"\"\n        return x\n",
        ),
        (
            "two_decorators",
            "import functools\nimport flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n@env.task\n@functools.lru_cache(maxsize=1)\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "container",
            "import flyte\nfrom flyte.extras import ContainerTask\n\nf = ContainerTask(\n    name=\"f\",\n    image=\"busybox:1\",\n    cache=\"auto\",\n    command=[\"echo\", \"\"\"Old.\"\"\"],\n)\n",
        ),
        (
            "shell",
            "from flyte.extras import shell\n\nf = shell.create(name=\"f\", image=\"busybox:1\", script=\"\"\"Old.\"\"\", outputs={\"out\": str})\n",
        ),
        // What can't be pinned is refused in words.
        (
            "named_decorator",
            "import flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\ncached = env.task(cache=\"auto\")\n\n@cached\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n\n@cached\ndef g(x: int) -> int:\n    return x\n",
        ),
        (
            "unpacked",
            "import flyte\nenv = flyte.TaskEnvironment(\"ml\")\nOPTIONS = {\"cache\": \"auto\"}\n\n@env.task(**OPTIONS)\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
        (
            "policies_of_environment",
            "import flyte\nfrom flyte._cache.policy_function_body import FunctionBodyPolicy\nenv = flyte.TaskEnvironment(\"ml\", cache=flyte.Cache(\"auto\", policies=[FunctionBodyPolicy(), FunctionBodyPolicy()]))\n\n@env.task\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n",
        ),
    ]);
    insta::assert_snapshot!(told);
}

const BASE: &str = "import flyte\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n@env.task\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n";

/// A name, what to replace in the committed file, and what is wanted then.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], Meant);

/// What is said of `f` after each edit of the committed file.
fn refusals(cases: &[Case<'_>]) -> String {
    let Some(sandbox) = sandbox() else { return String::new() };
    sandbox.git("", &["init", "-q", "p"]);
    sandbox.commit("p", "pipe.py", BASE, "first");
    let mut told = String::new();
    for (name, edits, meant) in cases {
        let mut text = BASE.to_owned();
        for (from, to) in *edits {
            assert!(text.contains(from), "{name}: {from}");
            text = text.replacen(from, to, 1);
        }
        sandbox.write("p/pipe.py", &text);
        match planned(&sandbox, "pipe.py", "f", *meant) {
            Ok(plan) => writeln!(told, "{name}: {}; {}", plan.effect, plan.notes.join("; ")).unwrap(),
            Err(refusal) => writeln!(told, "{name}: {refusal}").unwrap(),
        }
    }
    told
}

#[test]
fn what_is_not_kept_is_said_in_words() {
    let hash = "ab".repeat(32);
    let pinned = format!("@env.task(cache=flyte.Cache(\"auto\", version_override=\"{hash}\"))");
    let shared = format!("cache=flyte.Cache(\"auto\", version_override=\"{hash}\")");
    let (edit, docstring) = (("return x", "return -x"), ("Old.", "New."));
    let told = refusals(&[
        ("nothing", &[], Meant::Pin),
        ("nothing to undo", &[], Meant::Unpin),
        ("comment", &[("return x", "return x  # the same")], Meant::Pin),
        ("disabled", &[("cache=\"auto\"", "cache=\"disable\"")], Meant::Pin),
        (
            "new",
            &[
                ("def f", "def h"),
                ("return x", "return x\n\n@env.task\ndef f(y: int) -> int:\n    return y"),
                ("\"ml\"", "\"other\""),
            ],
            Meant::Pin,
        ),
        ("body", &[edit], Meant::Pin),
        ("signature", &[("x: int", "x: float")], Meant::Pin),
        (
            "pinned by hand",
            &[docstring, ("@env.task", "@env.task(cache=flyte.Cache(\"auto\", version_override=\"1.0\"))")],
            Meant::Pin,
        ),
        (
            "undo of a pin by hand",
            &[("@env.task", "@env.task(cache=flyte.Cache(\"auto\", version_override=\"1.0\"))")],
            Meant::Unpin,
        ),
        ("pinned otherwise", &[("@env.task", &pinned)], Meant::Pin),
        ("undo without a baseline's form", &[("@env.task", &pinned)], Meant::Unpin),
        ("undo of an environment's pin", &[("cache=\"auto\"", &shared)], Meant::Unpin),
        ("broken", &[("return x", "return (x")], Meant::Pin),
        ("unknown", &[("cache=\"auto\"", "cache=flyte.Cache(\"auto\", salt=input())"), docstring], Meant::Pin),
        ("name unknown", &[("\"ml\"", "input()"), docstring], Meant::Pin),
        (
            "two under one name",
            &[docstring, ("return x", "return x\n\n@env.task\ndef f(y: int) -> int:\n    return y")],
            Meant::Pin,
        ),
    ]);
    insta::assert_snapshot!(told);
}

#[test]
fn a_pin_that_would_lose_what_images_had_is_refused() {
    let Some(sandbox) = sandbox() else { return };
    sandbox.git("", &["init", "-q", "p"]);
    let parent = "\nimage = flyte.Image.from_debian_base(python_version=(3, 13))\nouter = flyte.TaskEnvironment('o', image=image)\n@outer.task\ndef main(x: int) -> int:\n    return f(x)\n";
    let text = format!("{BASE}{parent}");
    sandbox.commit("p", "pipe.py", &text, "first");
    sandbox.write("p/pipe.py", &text.replace(OLD, NEW));
    let refusal = planned(&sandbox, "pipe.py", "f", Meant::Pin).unwrap_err().to_string();
    assert!(refusal.contains("one pin can't keep both"), "{refusal}");
}

#[test]
fn line_ends_and_the_mark_at_the_start_stay() {
    let Some(sandbox) = sandbox() else { return };
    sandbox.git("", &["init", "-q", "p"]);
    let text = format!("\u{feff}{}", BASE.replace("@env.task", "@env.task(\n    retries=1,\n)").replace('\n', "\r\n"));
    sandbox.commit("p", "pipe.py", &text, "first");
    let edited = text.replace(OLD, NEW);
    sandbox.write("p/pipe.py", &edited);
    let plan = planned(&sandbox, "pipe.py", "f", Meant::Pin).unwrap();
    let pinned = String::from_utf8(plan.after).unwrap();
    assert!(pinned.starts_with("\u{feff}import") && !pinned.replace("\r\n", "").contains('\n'), "{pinned:?}");
    sandbox.write("p/pipe.py", &pinned);
    let back = planned(&sandbox, "pipe.py", "f", Meant::Unpin).unwrap();
    assert_eq!(String::from_utf8(back.after).unwrap(), edited);
}

#[test]
fn other_tasks_of_a_decorator_stay_as_they_are() {
    let Some(sandbox) = sandbox() else { return };
    sandbox.git("", &["init", "-q", "p"]);
    let text = "import os\nimport flyte\na = flyte.TaskEnvironment('a', cache='auto')\nb = flyte.TaskEnvironment('b', cache='auto')\nif os.getenv('A'):\n    env = a\nelse:\n    env = b\n\n@env.task\ndef f(x: int) -> int:\n    \"\"\"Old.\"\"\"\n    return x\n";
    sandbox.commit("p", "pipe.py", text, "first");
    sandbox.write("p/pipe.py", &text.replace(OLD, NEW));
    let refusal = planned(&sandbox, "pipe.py", "a.f", Meant::Pin).unwrap_err().to_string();
    assert!(refusal.contains("`b.f` would change too"), "{refusal}");
}

/// An editor holds text, which the encoding that the text names is no matter of.
#[test]
fn a_buffer_that_names_its_encoding_can_be_pinned() {
    let Some(sandbox) = sandbox() else { return };
    sandbox.git("", &["init", "-q", "p"]);
    let text = "# coding: latin-1\nimport flyte  # é\nenv = flyte.TaskEnvironment('e', cache='auto')\n@env.task\ndef f():\n    return 1\n";
    let path = sandbox.path("p/a.py");
    std::fs::write(&path, text.chars().map(|c| u8::try_from(c).unwrap()).collect::<Vec<u8>>()).unwrap();
    sandbox.git("p", &["add", "."]);
    sandbox.git("p", &["commit", "-q", "-m", "first"]);
    let open: crate::analysis::Buffers =
        [(path, text.replace("return 1", "return 2").as_bytes().into())].into_iter().collect();
    let cwd = sandbox.path("p");
    let walked = walk(&[cwd.join("a.py")], &cwd, &|_| {});
    let question = Question { files: &open, ..question(&cwd) };
    let found = plan(&mut Session::live(), &question, walked, &outside(), &Selector::of("e.f"), Meant::Pin).unwrap();
    assert_eq!(found.edits.first().map(|edit| edit.text.contains("version_override=")), Some(true));
}
