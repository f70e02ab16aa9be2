"""The SDK's own objects, replaced."""

import functools

import flyte

flyte.Cache = functools.partial(flyte.Cache, salt="patched")

env = flyte.TaskEnvironment("patched-sdk")


@env.task(cache=flyte.Cache("auto"))
def one(x: int) -> int:  # tasklens: unknown ok
    return x
