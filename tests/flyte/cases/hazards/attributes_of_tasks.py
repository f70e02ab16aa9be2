"""A task's cache, set after it was made."""

import flyte

env = flyte.TaskEnvironment("attributes-of-tasks", cache="auto")


@env.task
def one(x: int) -> int:  # tasklens: unknown ok
    return x


one.cache = flyte.Cache("override", "2")


@env.task
def two(x: int) -> int:  # tasklens: unknown ok
    return x


two.cache.salt = "s"


@env.task
def three(x: int) -> int:  # tasklens: unknown ok
    return x


three.name = "renamed"
