from datetime import timedelta

import flyte

env = flyte.TaskEnvironment(name="max-age", cache=flyte.Cache("disable", max_age=timedelta(days=-1)))


@env.task
def task(x: int) -> int:
    return x
