"""A name with capitals raises at the environment."""

import flyte

env = flyte.TaskEnvironment(name="Training", cache="auto")


@env.task
def task(x: int) -> int:
    return x
