"""Environments from a function."""

import flyte


def make(name: str) -> flyte.TaskEnvironment:
    return flyte.TaskEnvironment(name, cache="auto")


def fixed():
    return flyte.TaskEnvironment("fixed", cache="auto")


def branches(fast: bool):
    if fast:
        return flyte.TaskEnvironment("branches-fast", cache="disable")
    return flyte.TaskEnvironment("branches-slow", cache=flyte.Cache("auto", salt="slow"))


made = make("made")
always = fixed()
picked = branches(False)


@made.task
def one(x: int) -> int:  # tasklens: unknown ok
    return x


@always.task
def two(x: int) -> int:
    return x


@picked.task
def three(x: int) -> int:  # tasklens: unknown ok
    return x
