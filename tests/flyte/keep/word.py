import flyte as fl

RAN = []
env = fl.TaskEnvironment('word')


@env.task(cache='enabled')
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
