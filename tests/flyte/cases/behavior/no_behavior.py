"""`behavior` has no default."""

import flyte

env = flyte.TaskEnvironment(name="no-behavior")


@env.task(cache=flyte.Cache())
def task(x: int) -> int:
    return x
