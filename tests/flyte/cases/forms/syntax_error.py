"""A file that no Python takes."""

import flyte

env = flyte.TaskEnvironment("error", cache="auto")


@env.task
def task(x: int) -> int:
    return x +
