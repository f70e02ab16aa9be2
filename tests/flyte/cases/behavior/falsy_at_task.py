"""What is falsy counts as not given: the environment decides."""

import flyte

env = flyte.TaskEnvironment(name="falsy", cache="auto")


@env.task(cache=None)
def none(x: int) -> int:
    return x


@env.task(cache="")
def empty(x: int) -> int:
    return x


@env.task(cache=False)
def false(x: int) -> int:
    return x
