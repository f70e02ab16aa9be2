"""`True` at the environment raises there, with a TypeError."""

import flyte

env = flyte.TaskEnvironment(name="boolean", cache=True)


@env.task
def task(x: int) -> int:
    return x
