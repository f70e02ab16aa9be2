from flyte import TaskEnvironment

RAN = []


class Cache:
    """Not Flyte's."""


env = TaskEnvironment("name_taken", cache="auto")


@env.task
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
