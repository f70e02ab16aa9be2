"""An empty string is not None: the clone gets it, and its task raises."""

import flyte

env = flyte.TaskEnvironment(name="base", cache="auto")
clone = env.clone_with("clone", cache="")


@clone.task
def task(x: int) -> int:
    return x
