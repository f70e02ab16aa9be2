"""Tasks in functions and classes, behind decorators, and as objects."""

import functools
from dataclasses import dataclass
from typing import Optional

import flyte

env = flyte.TaskEnvironment("nested", cache="auto")


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@env.task
@logged
def wrapped(a: int, b: "Optional[str]" = None) -> list[int]:
    return []


def make():
    Local = list[int]

    @dataclass
    class Inside:
        a: int

    @env.task
    def local(a: Local, b: Inside) -> int:
        return 1

    return local


local = make()


def plain(a: int, b: float = 0.5) -> dict[str, int]:
    return {}


bound = env.task(plain)


class Holder:
    Kind = Optional[int]

    @env.task
    def method(a: Kind, __b: int) -> int:
        return 1
