"""Newer syntax: a file that an older Python refuses has no task."""

import flyte

env = flyte.TaskEnvironment("pep695", cache="auto")

type Number = int


@env.task
def task(x: int) -> int:
    def first[T](values: list[T]) -> T:
        return values[0]

    return first([x])
