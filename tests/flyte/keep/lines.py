import flyte

RAN = []
env = flyte.TaskEnvironment("lines", cache="auto")


@env.task(
    retries=3,  # the network
    short_name="lines",  # a name
)
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
