"""Values that are picked by an expression of constants or at run time."""

import os

import flyte

FAST = False

env = flyte.TaskEnvironment(name="conditional")


@env.task(cache="auto" if FAST else "disable")  # tasklens: unknown ok
def constant(x: int) -> int:
    return x


@env.task(cache=os.environ.get("NOT_SET_ANYWHERE", "auto"))  # tasklens: unknown ok
def environment(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", salt=os.environ.get("NOT_SET_ANYWHERE", "s")))  # tasklens: unknown ok
def salt(x: int) -> int:
    return x
