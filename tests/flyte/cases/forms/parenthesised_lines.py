"""A decorator whose expression is not on the line of its `@`: what CPython hashes then depends on its version."""

import flyte

env = flyte.TaskEnvironment("lines", cache="auto")


@(
    env.task
)
def parentheses(x: int) -> int:
    return x


@env \
    .task
def backslash(x: int) -> int:
    return x
