import flyte

one = flyte.TaskEnvironment(name="same", cache="auto")
two = flyte.TaskEnvironment(name="same", cache="disable")


@one.task
def a(x: int) -> int:
    return x


@two.task
def b(x: int) -> int:
    return x
