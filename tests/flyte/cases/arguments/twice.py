import flyte

env = flyte.TaskEnvironment(name="twice")


@env.task(cache=flyte.Cache("auto", behavior="auto"))
def task(x: int) -> int:
    return x
