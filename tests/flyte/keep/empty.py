import flyte

RAN = []
env = flyte.TaskEnvironment("empty", cache="auto")


@env.task()
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
