"""Subclasses: with nothing of their own, with another default, with a constructor."""

from dataclasses import dataclass

import flyte


class Plain(flyte.TaskEnvironment):
    pass


class Cached(flyte.TaskEnvironment):
    def __init__(self, name: str, **kwargs):
        super().__init__(name=name, cache="auto", **kwargs)


@dataclass
class Defaults(flyte.TaskEnvironment):
    cache: str = "auto"


plain = Plain("plain", cache="auto")
cached = Cached("cached")
defaults = Defaults("defaults")


@plain.task
def one(x: int) -> int:
    return x


@cached.task
def two(x: int) -> int:  # tasklens: unknown ok
    return x


@defaults.task
def three(x: int) -> int:  # tasklens: unknown ok
    return x
