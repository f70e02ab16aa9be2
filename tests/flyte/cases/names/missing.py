import flyte

env = flyte.TaskEnvironment(cache="auto")


@env.task
def task(x: int) -> int:
    return x
