import envs
import envs as e

import flyte

local = flyte.TaskEnvironment(envs.NAME, cache=e.CACHE)


@envs.env.task
def a(x: int) -> int:
    return x


@e.other.task(cache=envs.CACHE)
def b(x: int) -> int:
    return x


@local.task
def c(x: int) -> int:
    return x
