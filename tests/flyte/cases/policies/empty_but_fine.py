"""No policy is needed where a version is given, or nothing is cached."""

import flyte

env = flyte.TaskEnvironment(name="no-policy")


@env.task(cache=flyte.Cache("auto", "1", policies=[]))
def pinned(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("disable", policies=[]))
def disabled(x: int) -> int:
    return x
