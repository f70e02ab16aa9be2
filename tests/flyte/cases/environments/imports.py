"""`TaskEnvironment` under the names that people import it by."""

import flyte
import flyte as fl
import flyte._task_environment as inner
from flyte import TaskEnvironment
from flyte import TaskEnvironment as Env

Kept = flyte.TaskEnvironment

a = TaskEnvironment("a", cache="auto")
b = Env("b", cache="auto")
c = fl.TaskEnvironment("c", cache="auto")
d = inner.TaskEnvironment("d", cache="auto")
e = Kept("e", cache="auto")


@a.task
def one(x: int) -> int:
    return x


@b.task
def two(x: int) -> int:
    return x


@c.task
def three(x: int) -> int:
    return x


@d.task
def four(x: int) -> int:
    return x


@e.task
def five(x: int) -> int:
    return x
