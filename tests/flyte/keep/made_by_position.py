from flyte import Cache, TaskEnvironment

RAN = []
env = TaskEnvironment("made_by_position")


@env.task(cache=Cache("auto", None, True, "x"))
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
