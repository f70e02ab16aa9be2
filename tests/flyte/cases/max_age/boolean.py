import flyte

env = flyte.TaskEnvironment(name="max-age")


@env.task(cache=flyte.Cache("auto", max_age=True))
def task(x: int) -> int:
    return x
