import flyte

env = flyte.TaskEnvironment(name="too-many")


@env.task(cache=flyte.Cache("auto", None, False, (), "", None, None, None))
def task(x: int) -> int:
    return x
