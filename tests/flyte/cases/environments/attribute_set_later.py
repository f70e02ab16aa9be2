"""An environment's cache is read when a task is made: what is set before counts, what is set later does not."""

import flyte

env = flyte.TaskEnvironment(name="attribute", cache="auto")


@env.task
def before(x: int) -> int:  # tasklens: unknown ok
    return x


env.cache = "disable"


@env.task
def after(x: int) -> int:  # tasklens: unknown ok
    return x
