from envs import CACHE, NAME, TAG, env, other

import flyte

local = flyte.TaskEnvironment(NAME, cache=CACHE)
tagged = flyte.TaskEnvironment(TAG, cache="auto")


@env.task
def a(x: int) -> int:
    return x


@other.task
def b(x: int) -> int:
    return x


@local.task
def c(x: int) -> int:
    return x


@tagged.task(cache=CACHE)
def d(x: int) -> int:
    return x


@env.clone_with("inline").task
def e(x: int) -> int:
    return x
