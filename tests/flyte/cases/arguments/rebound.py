"""A name that is bound twice: the value at the time of the call counts."""

import flyte

CACHE = flyte.Cache("auto", salt="first")
env = flyte.TaskEnvironment(name="first", cache=CACHE)


@env.task
def one(x: int) -> int:
    return x


CACHE = flyte.Cache("auto", salt="second")
env = flyte.TaskEnvironment(name="second", cache=CACHE)


@env.task
def two(x: int) -> int:
    return x
