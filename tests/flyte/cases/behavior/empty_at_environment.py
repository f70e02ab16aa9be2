"""An empty string at the environment is not replaced by the default: `Cache("")` raises at the task."""

import flyte

env = flyte.TaskEnvironment(name="empty", cache="")


@env.task
def task(x: int) -> int:
    return x
