import flyte

RAN = []
env = flyte.TaskEnvironment("lines_without_comma", cache="auto")


@env.task(
    retries=3,
    short_name="lines"  # a name
)
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
