"""A function that is defined again before it is made a task, and a name that means a function of another file."""

from hazard_functions import imported

import flyte

env = flyte.TaskEnvironment("redefined", cache="auto")


def one(x: int) -> int:
    return x


def one(x: int) -> int:  # noqa: F811
    return x + 1


task = env.task(one)


def one(x: int) -> int:  # noqa: F811
    return x + 2


from_elsewhere = env.task(imported)
