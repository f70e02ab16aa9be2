import flyte

env = flyte.TaskEnvironment(name="none", cache=flyte.Cache(None))


@env.task
def task(x: int) -> int:
    return x
