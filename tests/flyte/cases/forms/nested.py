"""Tasks in functions and classes; those in functions come to be with a call."""

import flyte

env = flyte.TaskEnvironment(name="nested", cache="auto")


def make():
    @env.task
    def inner(x: int) -> int:
        """A docstring
        of two lines."""
        return x

    return inner


class Tasks:
    @env.task
    def in_class(x: int) -> int:
        return x

    @staticmethod
    @env.task
    def static(x: int) -> int:
        return x


made = make()


def never():
    @env.task
    def not_made(x: int) -> int:  # tasklens: not made
        return x
