"""`*args` raises at import."""

import flyte

env = flyte.TaskEnvironment(name="star", cache="auto")


@env.task
def task(*args: int) -> int:
    return 1
