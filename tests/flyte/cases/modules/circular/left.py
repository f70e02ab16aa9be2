"""Two files that import each other."""

import flyte

env = flyte.TaskEnvironment("left", cache="auto")

import right  # noqa: E402


@env.task
def task(x: int) -> int:
    return right.helper(x)
