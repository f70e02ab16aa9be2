import flyte

env = flyte.TaskEnvironment(name="boolean")


@env.task(cache=flyte.Cache(behavior=False))
def task(x: int) -> int:
    return x
