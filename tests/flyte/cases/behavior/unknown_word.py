import flyte

env = flyte.TaskEnvironment(name="unknown-word")


@env.task(cache=flyte.Cache("always"))
def task(x: int) -> int:
    return x
