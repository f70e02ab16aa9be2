import flyte

RAN = []
env = flyte.TaskEnvironment("comment", cache="auto")


@env.task(  # nothing (yet)
)
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
