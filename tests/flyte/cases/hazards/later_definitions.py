"""What a function sees is what is there when it is called."""

import flyte


def make():
    return flyte.TaskEnvironment(NAME, cache=CACHE)


NAME = "first"
CACHE = "auto"
one = make()
NAME = "second"
CACHE = "disable"
two = make()


@one.task
def a(x: int) -> int:  # tasklens: unknown ok
    return x


@two.task
def b(x: int) -> int:  # tasklens: unknown ok
    return x
