"""The three words, as strings and as `Cache(...)`."""

import flyte

env = flyte.TaskEnvironment(name="words")


@env.task(cache="auto")
def auto(x: int) -> int:
    return x + 1


@env.task(cache="override")
def override(x: int) -> int:
    return x + 2


@env.task(cache="disable")
def disable(x: int) -> int:
    return x + 3


@env.task(cache=flyte.Cache("auto"))
def cache_auto(x: int) -> int:
    return x + 4


@env.task(cache=flyte.Cache(behavior="override"))
def cache_override(x: int) -> int:
    return x + 5


@env.task(cache=flyte.Cache("disable"))
def cache_disable(x: int) -> int:
    return x + 6
