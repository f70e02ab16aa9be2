import flyte

env = flyte.TaskEnvironment(name="boolean")


@env.task(cache=flyte.Cache(True))
def task(x: int) -> int:
    return x
