"""Constants that a condition picks, of which both branches are alike in what counts, or not."""

import os

import flyte

if os.environ.get("NOT_SET_ANYWHERE"):
    SALT = "a"
    SAME = "s"
else:
    SALT = "b"
    SAME = "s"

env = flyte.TaskEnvironment("conditional-values")


@env.task(cache=flyte.Cache("auto", salt=SALT))
def one(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=flyte.Cache("auto", salt=SAME))
def two(x: int) -> int:  # tasklens: unknown ok
    return x


if os.environ.get("NOT_SET_ANYWHERE"):
    env = flyte.TaskEnvironment("conditional-environment", cache="auto")


@env.task
def three(x: int) -> int:  # tasklens: unknown ok
    return x
