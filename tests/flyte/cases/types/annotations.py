"""A decorator that changes what a signature says."""

import functools

import flyte

env = flyte.TaskEnvironment("annotations", cache="auto")


def changed(function):
    @functools.wraps(function)
    def wrapper(a):
        return function(a)

    wrapper.__annotations__ = {"a": str}
    return wrapper


@env.task
@changed
def annotations(a: int) -> int:
    # interface unknown ok: the decorator sets the annotations
    # tasklens: unknown ok
    return 1
