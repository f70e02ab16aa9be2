"""A `Cache` that several tasks share, changed through one of them."""

import flyte

SHARED = flyte.Cache("auto", salt="s")
env = flyte.TaskEnvironment("shared-cache", cache=SHARED)


@env.task
def one(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task
def two(x: int) -> int:  # tasklens: unknown ok
    return x


one.cache.salt = "t"
