"""An environment's name is read when a task is made."""

import flyte

env = flyte.TaskEnvironment("before", cache="auto")
env.name = "after"


@env.task
def task(x: int) -> int:  # tasklens: unknown ok
    return x
