"""Classes of which the SDK knows nothing, and those that count as what they inherit from."""

import abc
from typing import Generic, Protocol, TypeVar

import flyte
from flyte.io import File

env = flyte.TaskEnvironment("pickled", cache="auto")

T = TypeVar("T")


class Plain:
    pass


class Celsius(float):
    pass


class Report(File):
    pass


class Names(list):
    pass


class Table(dict):
    pass


class Box(Generic[T]):
    pass


class Meta(type):
    pass


class Made(metaclass=Meta):
    pass


@env.task
def plain(a: Plain) -> int:
    # interface unknown ok: the module may be __main__
    return 1


@env.task
def celsius(a: Celsius, b: list[Celsius]) -> int:
    # interface unknown ok: a subclass
    return 1


@env.task
def report(a: Report) -> int:
    # interface unknown ok: a subclass
    return 1


@env.task
def names(a: Names) -> int:
    # interface unknown ok: the module may be __main__
    return 1


@env.task
def table(a: Table) -> int:
    # interface unknown ok: a subclass
    return 1


@env.task
def box(a: Box[int]) -> int:
    # interface unknown ok: generic
    return 1


@env.task
def made(a: Made) -> int:
    # interface unknown ok: a metaclass
    return 1
