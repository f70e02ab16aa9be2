"""A `wraps` that is not functools'."""

import functools

import flyte

env = flyte.TaskEnvironment("own-wraps", cache="auto")


def wraps(function):
    return lambda wrapper: wrapper


def decorate(function):
    @wraps(function)
    def wrapper(x: int) -> int:
        return function(x)

    return wrapper


def sometimes(function):
    if function.__name__ == "two":
        return function

    @functools.wraps(function)
    def wrapper(x: int) -> int:
        return function(x)

    return wrapper


def other_function(function):
    @functools.wraps(decorate)
    def wrapper(x: int) -> int:
        return function(x)

    return wrapper


def unwraps(function):
    @functools.wraps(function)
    def wrapper(x: int) -> int:
        return function(x)

    del wrapper.__wrapped__
    return wrapper


def without_wrapped(function):
    @functools.wraps(function, updated=())
    def wrapper(x: int) -> int:
        return function(x)

    return wrapper


class Decorator:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function = function

    def __call__(self, x: int) -> int:
        return self.function(x)


@env.task
@decorate
def one(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task
@sometimes
def two(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task
@other_function
def three(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task
@unwraps
def four(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task
@without_wrapped
def five(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task
@Decorator
def six(x: int) -> int:  # tasklens: unknown ok
    return x
