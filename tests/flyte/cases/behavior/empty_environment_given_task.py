import flyte

env = flyte.TaskEnvironment(name="empty", cache="")


@env.task(cache="auto")
def task(x: int) -> int:
    return x
