"""One name, an environment for each branch."""

import os

import flyte

if os.environ.get("NOT_SET_ANYWHERE"):
    env = flyte.TaskEnvironment("fast", cache="disable")
else:
    env = flyte.TaskEnvironment("slow", cache="auto")

try:
    import no_such_module_anywhere

    other = flyte.TaskEnvironment("with-module", cache="disable")
except ImportError:
    other = flyte.TaskEnvironment("without-module", cache="auto")

mode = flyte.TaskEnvironment("a" if os.environ.get("NOT_SET_ANYWHERE") else "b", cache="auto")


@env.task
def one(x: int) -> int:  # tasklens: unknown ok
    return x


@other.task
def two(x: int) -> int:  # tasklens: unknown ok
    return x


@mode.task
def three(x: int) -> int:  # tasklens: unknown ok
    return x
