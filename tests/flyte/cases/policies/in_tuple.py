"""A tuple is no list: the SDK takes it for one policy and fails when it asks it."""

import flyte
from flyte._cache import FunctionBodyPolicy

env = flyte.TaskEnvironment(name="tuple")


@env.task(cache=flyte.Cache("auto", policies=(FunctionBodyPolicy(),)))
def task(x: int) -> int:
    return x
