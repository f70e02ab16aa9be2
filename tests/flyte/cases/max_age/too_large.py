import flyte

env = flyte.TaskEnvironment(name="max-age", cache=flyte.Cache("auto", max_age=86400000000000))


@env.task
def task(x: int) -> int:
    return x
