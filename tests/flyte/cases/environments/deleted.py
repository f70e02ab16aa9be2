import flyte

env = flyte.TaskEnvironment("deleted", cache="auto")


@env.task
def task(x: int) -> int:
    return x


del env
