"""Decorators below the task's: with `functools.wraps` the function's own source counts, else the wrapper's."""

import functools
from functools import wraps

import flyte

env = flyte.TaskEnvironment(name="wrapped", cache="auto")


def good(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


def good_by_name(function):
    @wraps(function)
    async def wrapper(*args, **kwargs):
        return await function(*args, **kwargs)

    return wrapper


def factory(times):
    def decorate(function):
        @wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)

        return wrapper

    return decorate


def bad(function):
    def wrapper(x: int) -> int:
        return function(x)

    return wrapper


@env.task
@good
def one(x: int) -> int:
    return x


@env.task
@good_by_name
async def two(x: int) -> int:
    return x


@env.task
@factory(3)
def three(x: int) -> int:
    return x


@env.task
@good
@good
def four(x: int) -> int:
    return x


@env.task
@bad
def five(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task
@good
@bad
def six(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task
@functools.lru_cache
def seven(x: int) -> int:
    return x


@env.task
@functools.lru_cache(maxsize=None)
def eight(x: int) -> int:
    return x


@env.task
@functools.cache
def nine(x: int) -> int:
    return x
