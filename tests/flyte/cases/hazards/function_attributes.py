"""Attributes of a function that decide its name or its source."""

import flyte

env = flyte.TaskEnvironment("function-attributes", cache="auto")


def renames(function):
    function.__name__ = "renamed"
    return function


def points_elsewhere(function):
    function.__wrapped__ = renames
    return function


@env.task
@renames
def one(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task
@points_elsewhere
def two(x: int) -> int:  # tasklens: unknown ok
    return x


def three(x: int) -> int:
    return x


def other(x: int) -> int:
    return x + 1


three.__wrapped__ = other
task = env.task(three)  # tasklens: unknown ok
