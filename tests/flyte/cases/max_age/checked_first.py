"""The age is checked first: the wrong word is not even looked at."""

import flyte

env = flyte.TaskEnvironment(name="max-age")


@env.task(cache=flyte.Cache("Auto", max_age="60"))
def task(x: int) -> int:
    return x
