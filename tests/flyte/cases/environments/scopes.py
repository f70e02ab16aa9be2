"""A name means what its scope says."""

import flyte

env = flyte.TaskEnvironment("outer", cache="auto")
CACHE = "auto"


def make():
    env = flyte.TaskEnvironment("inner", cache="disable")

    @env.task
    def inner(x: int) -> int:
        return x

    return inner


def rebind():
    global env
    CACHE = "disable"  # noqa: F841
    env = flyte.TaskEnvironment("rebound", cache="disable")


class Holder:
    env = flyte.TaskEnvironment("class", cache="override")
    CACHE = "override"

    @env.task
    def in_class(x: int) -> int:
        return x

    def method(self):
        @env.task(cache=CACHE)
        def in_method(x: int) -> int:  # tasklens: unknown ok
            return x

        return in_method


make()
Holder().method()


@env.task(cache=CACHE)
def outer(x: int) -> int:  # tasklens: unknown ok
    return x


rebind()


@env.task
def after(x: int) -> int:  # tasklens: unknown ok
    return x
