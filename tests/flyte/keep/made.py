from flyte import Cache, TaskEnvironment

RAN = []
env = TaskEnvironment("made")


@env.task(cache=Cache("auto"), retries=2)
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
