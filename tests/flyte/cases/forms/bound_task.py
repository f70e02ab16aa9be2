"""The decorator under a name of its own."""

from functools import partial

import flyte

env = flyte.TaskEnvironment(name="bound", cache="auto")

task = env.task
cached = env.task(cache="override")
pinned = partial(env.task, cache=flyte.Cache("override", "2"))


@task
def one(x: int) -> int:
    return x


@cached
def two(x: int) -> int:
    return x


@pinned()
def three(x: int) -> int:  # tasklens: unknown ok
    return x
