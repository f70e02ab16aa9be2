"""`short_name` is for showing only."""

import flyte

env = flyte.TaskEnvironment(name="short", cache="auto")


@env.task(short_name="pretty name")
def task(x: int) -> int:
    return x
