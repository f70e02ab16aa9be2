import flyte

env = flyte.TaskEnvironment(name="star", cache="auto")


@env.task
def task(x: int, **kwargs: int) -> int:
    return 1
