import flyte

env = flyte.TaskEnvironment(name="capitalised", cache="Disable")


@env.task
def task(x: int) -> int:
    return x
