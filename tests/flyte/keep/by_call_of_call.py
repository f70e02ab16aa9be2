import flyte

RAN = []
env = flyte.TaskEnvironment("by_call_of_call", cache="auto")


def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x


f = env.task(retries=2)(f)
