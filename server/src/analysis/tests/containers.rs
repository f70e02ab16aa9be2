//! Tasks that are no function.

use super::check;

#[test]
fn container_tasks() {
    check(
        r#"
import flyte
from flyte.extras import ContainerTask
greet = ContainerTask(name="greet", image="alpine:3", command=["echo"], inputs={"x": int, "y": list[str]}, cache="auto")
plain = ContainerTask("plain", "alpine:3", ["ls"])
env = flyte.TaskEnvironment.from_task("containers", greet)
main = flyte.TaskEnvironment("main", depends_on=[env])
@main.task
async def f():
    await greet(x=1)
@env.task
def g(): ...
"#,
        r#"
        a.py:3 greet(x: int, y: list[str]) auto from task a.py:3 [container echo] [image ?only the image `alpine:3` itself tells its Python] [environment "containers"]
        a.py:4 plain() disable [container ls] [image ?only the image `alpine:3` itself tells its Python] [environment ""]
        a.py:7 main.f() disable
        a.py:10 containers.g() disable [image ?only the image `alpine:3` itself tells its Python]
        call a.py:9 greet by main.f
        "#,
    );
}

#[test]
fn shell_tasks_are_cached_by_default() {
    check(
        r#"
import flyte
from flyte.extras import shell
from flyte.extras.shell import create
one = shell.create(name="one", image="debian:12", script="ls", inputs={"a": str})
two = create("two", image="debian:12", script="ls", cache="disable")
env = flyte.TaskEnvironment("e", depends_on=[one.env])
@env.task
async def f():
    await one(a="x")
three = flyte.TaskEnvironment.from_task("three", two.as_task())
"#,
        r#"
        a.py:4 one(a: str) auto [container /bin/bash -c  set -o pipefail; ( ls ) > /var/outputs/_stdout 2> /var/outputs/_stderr; _rc=$?; echo $_rc > /var/outputs/_returncode; exit $_rc _shell_task] [image ?only the image `debian:12` itself tells its Python]
        a.py:5 two() disable from task a.py:5 [container /bin/bash -c  set -o pipefail; ( ls ) > /var/outputs/_stdout 2> /var/outputs/_stderr; _rc=$?; echo $_rc > /var/outputs/_returncode; exit $_rc _shell_task] [image ?only the image `debian:12` itself tells its Python] [environment "three"]
        a.py:7 e.f() disable
        call a.py:9 one by e.f
        "#,
    );
}

#[test]
fn sandboxes_are_cached_by_default() {
    check(
        r#"
import flyte
import flyte.sandbox
box = flyte.sandbox.create(name="stats", code="y = x", inputs={"x": int}, outputs={"y": int})
env = flyte.TaskEnvironment("e")
@env.task
async def f():
    await box.run.aio(x=1)
    box.run(x=2)
"#,
        r#"
        a.py:3 stats(x: int, _script: File) auto [container ?the image of the sandbox is built when it runs] [environment ""]
        a.py:5 e.f() disable
        call a.py:7 stats by e.f
        call a.py:8 stats by e.f
        "#,
    );
}

#[test]
fn orchestrators() {
    check(
        r#"
import flyte
from flyte.sandbox import orchestrator_from_str
env = flyte.TaskEnvironment("e", cache="auto")
@env.sandbox.orchestrator
def f(n: int) -> int: ...
@env.sandbox.orchestrator(timeout_ms=5, cache="disable", name="named")
def g(n: int) -> int: ...
code = env.sandbox.orchestrator("n + 1", inputs={"n": int}, output=int)
plain = orchestrator_from_str("n", inputs={"n": int}, name="p")
"#,
        r#"
        a.py:4 e.f(n: int) auto from env a.py:3
        a.py:6 named(n: int) disable from task a.py:6 [environment "e"]
        a.py:8 sandboxed-code(n: int) auto from env a.py:3 [hashes ?Flyte hashes a line of its own for a task made of a code string, so edits never change this version] [environment ""]
        a.py:9 p(n: int) disable [hashes ?Flyte hashes a line of its own for a task made of a code string, so edits never change this version] [environment ""]
        "#,
    );
}

#[test]
fn tasks_of_the_cluster() {
    check(
        r#"
import flyte.remote
from flyte import remote
import flyte
t = flyte.remote.Task.get("prod.train", auto_version="latest")
u = remote.Task.get(name=NAME)
env = flyte.TaskEnvironment("e")
@env.task
def f():
    t(1)
"#,
        "
        a.py:4 prod.train() ?it is defined on the cluster [A] [remote] [image ?it is defined on the cluster]
        a.py:5 ?`NAME` is not defined() ?it is defined on the cluster [A] [remote] [image ?it is defined on the cluster]
        a.py:7 e.f() disable
        call a.py:9 prod.train by e.f
        ",
    );
}
