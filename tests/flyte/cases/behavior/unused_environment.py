"""A wrong word of an environment without tasks is never looked at."""

import flyte

unused = flyte.TaskEnvironment(name="unused", cache="always")
env = flyte.TaskEnvironment(name="used", cache="auto")


@env.task
def task(x: int) -> int:
    return x
