"""Environments and caches that are changed through loops, parameters, containers and namespaces; and some that aren't."""

import flyte

looped = flyte.TaskEnvironment("looped", cache="auto")
given = flyte.TaskEnvironment("given", cache="auto")
kept = flyte.TaskEnvironment("kept", cache="auto")
spaced = flyte.TaskEnvironment("spaced", cache="auto")
replaced = flyte.TaskEnvironment("replaced", cache="auto")
shared = flyte.Cache("auto")
default = flyte.Cache("auto")

for env in [looped]:
    env.cache = "disable"


def configure(env):
    env.cache = flyte.Cache("auto", salt="given")


def init(cache=default):
    cache.salt = "default"


class Layer:
    """Has attributes of those names, and is neither."""

    def __init__(self, name, env):
        self.name = name
        self.cache = {}
        self.env = env


class Registry:
    def __init__(self, cache):
        cache.salt = "registry"


configure(given)
init()
Registry(shared)
Layer("layer", kept).cache = None
vars(spaced)["cache"] = "disable"
globals()["replaced"] = flyte.TaskEnvironment("another", cache="auto")


@looped.task
def one(x: int) -> int:  # tasklens: unknown ok
    return x


@given.task
def two(x: int) -> int:  # tasklens: unknown ok
    return x


@kept.task
def three(x: int) -> int:
    return x


@kept.task(cache=shared)
def four(x: int) -> int:  # tasklens: unknown ok
    return x


@kept.task(cache=default)
def five(x: int) -> int:  # tasklens: unknown ok
    return x


@spaced.task
def six(x: int) -> int:  # tasklens: unknown ok
    return x


@replaced.task
def seven(x: int) -> int:  # tasklens: unknown ok
    return x
