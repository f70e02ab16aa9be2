import flyte

RAN = []
env = flyte.TaskEnvironment("by_call", cache="auto")


def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x


f = env.task(f, retries=2)
