import flyte

RAN = []
env = flyte.TaskEnvironment("beside", cache="auto")


@env.task(retries=3)
async def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
