"""The SDK's own policy, written out: one, in a list, twice, under other names, and none at all."""

import flyte
from flyte._cache import FunctionBodyPolicy
from flyte._cache.policy_function_body import FunctionBodyPolicy as Body

env = flyte.TaskEnvironment(name="function-body")
POLICY = FunctionBodyPolicy()


@env.task(cache=flyte.Cache("auto", policies=[FunctionBodyPolicy()]))
def in_list(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", policies=FunctionBodyPolicy()))
def single(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", policies=[FunctionBodyPolicy(), Body()]))
def twice(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", policies=[POLICY], salt="s"))
def constant(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", policies=None))
def none(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("override", policies=[FunctionBodyPolicy()] * 2))  # tasklens: unknown ok
def multiplied(x: int) -> int:
    return x
