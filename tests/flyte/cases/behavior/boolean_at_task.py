"""`True` is no string: the task's `Cache(True)` raises."""

import flyte

env = flyte.TaskEnvironment(name="boolean")


@env.task(cache=True)
def task(x: int) -> int:
    return x
