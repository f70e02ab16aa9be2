"""No policy and no version: the import raises."""

import flyte

env = flyte.TaskEnvironment(name="no-policy")


@env.task(cache=flyte.Cache("auto", policies=[]))
def task(x: int) -> int:
    return x
