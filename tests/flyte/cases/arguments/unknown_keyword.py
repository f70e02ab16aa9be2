import flyte

env = flyte.TaskEnvironment(name="unknown-keyword")


@env.task(cache=flyte.Cache("auto", version="1"))
def task(x: int) -> int:
    return x
