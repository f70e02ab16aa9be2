from flyte import Cache as C, TaskEnvironment

RAN = []
env = TaskEnvironment("made_with_none")


@env.task(cache=C("auto", version_override=None, max_age=3))
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
