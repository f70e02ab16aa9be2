import flyte

RAN = []
CACHED = flyte.Cache("auto", serialize=True)
env = flyte.TaskEnvironment("constant")


@env.task(cache=CACHED)
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x


@env.task(cache=CACHED)
def g(x: int) -> int:
    return x
