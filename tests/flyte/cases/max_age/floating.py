import flyte

env = flyte.TaskEnvironment(name="max-age")


@env.task(cache=flyte.Cache("auto", max_age=1.5))
def task(x: int) -> int:
    return x
