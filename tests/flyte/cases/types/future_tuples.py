"""What is made with a class keeps text as text."""

from __future__ import annotations

from typing_extensions import NamedTuple, NotRequired, TypedDict

import flyte

env = flyte.TaskEnvironment("future-tuples", cache="auto")


class Pair(NamedTuple):
    left: int


class Options(TypedDict):
    a: int
    b: NotRequired[int]


@env.task
def pair(a: Pair) -> int:
    # interface unknown ok: the types are text
    return 1


@env.task
def options(a: Options) -> int:
    # interface unknown ok: the types are text
    return 1
