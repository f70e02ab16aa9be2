"""Two tasks of one name in one environment: both exist, each with its own body."""

import flyte

env = flyte.TaskEnvironment(name="twice", cache="auto")


@env.task
def task(x: int) -> int:
    return x


first = task


@env.task
def task(x: int) -> int:
    return x + 1
