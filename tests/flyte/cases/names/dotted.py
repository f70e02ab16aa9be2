import flyte

env = flyte.TaskEnvironment(name="ml.train", cache="auto")


@env.task
def task(x: int) -> int:
    return x
