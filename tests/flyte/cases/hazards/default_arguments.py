"""Environments and caches that functions hand on, with defaults and keywords."""

import flyte

BASE = "base"


def environment(name, *, cache="auto", suffix=BASE):
    return flyte.TaskEnvironment(f"{name}-{suffix}", cache=cache)


def cache(salt="d", **options):
    return flyte.Cache("auto", salt=salt, **options)


def late(name):
    name = name + "-late"
    return flyte.TaskEnvironment(name, cache="auto")


one = environment("one")
two = environment("two", cache="disable", suffix="s")
three = late("three")


@one.task
def a(x: int) -> int:  # tasklens: unknown ok
    return x


@two.task
def b(x: int) -> int:  # tasklens: unknown ok
    return x


@one.task(cache=cache())
def c(x: int) -> int:  # tasklens: unknown ok
    return x


@one.task(cache=cache("e", serialize=True))
def d(x: int) -> int:  # tasklens: unknown ok
    return x


@three.task
def e(x: int) -> int:  # tasklens: unknown ok
    return x


BASE = "changed"
