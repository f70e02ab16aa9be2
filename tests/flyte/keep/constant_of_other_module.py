import flyte
from keep_shared import CACHED

RAN = []
env = flyte.TaskEnvironment("constant_of_other_module")


@env.task(cache=CACHED)
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
