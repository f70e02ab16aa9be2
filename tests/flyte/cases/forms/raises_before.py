"""An import that fails on its way: what was made before is there, what comes later is not."""

import flyte

env = flyte.TaskEnvironment(name="raises", cache="auto")


@env.task
def before(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", max_age="soon"))
def refused(x: int) -> int:
    return x
