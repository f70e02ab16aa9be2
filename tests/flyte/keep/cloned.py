import flyte

RAN = []
base = flyte.TaskEnvironment("base", cache=flyte.Cache("auto", serialize=True))
env = base.clone_with("cloned")


@env.task
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
