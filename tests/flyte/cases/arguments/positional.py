"""All arguments of `Cache`, by position and mixed with keywords."""

import flyte

env = flyte.TaskEnvironment(name="positional")


@env.task(cache=flyte.Cache("auto", "v1"))
def two(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("override", "v1", True))
def three(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", None, False, ("x",)))
def four(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", None, False, (), "salt"))
def five(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", None, True, ("x",), "salt", None, 60))
def seven(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", salt="s", serialize=True))
def mixed(x: int) -> int:
    return x
