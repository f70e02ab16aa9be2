import flyte
from flyte import Cache
from flyte._cache.policy_function_body import FunctionBodyPolicy

RAN = []
env = flyte.TaskEnvironment("policies")


@env.task(cache=Cache("auto", policies=[FunctionBodyPolicy(), FunctionBodyPolicy()]))
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
