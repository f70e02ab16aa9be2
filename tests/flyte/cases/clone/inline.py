"""A clone that never has a name of its own."""

import flyte

env = flyte.TaskEnvironment(name="inline", cache="auto")


@env.clone_with("inline-a").task
def a(x: int) -> int:
    return x


@env.clone_with(name="inline-b", cache="disable").task
def b(x: int) -> int:
    return x


@env.clone_with("inline-c", cache=flyte.Cache("auto", salt="c")).task(retries=2)
def c(x: int) -> int:
    return x


@env.clone_with("inline-d").clone_with("inline-e", cache="override").task(cache=None)
def d(x: int) -> int:
    return x


@flyte.TaskEnvironment("direct", cache="auto").task
def e(x: int) -> int:
    return x
