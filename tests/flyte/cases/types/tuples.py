"""`NamedTuple` and `TypedDict`."""

import typing
from typing import Dict, List, Optional

import flyte
from typing_extensions import NamedTuple, NotRequired, Required, TypedDict

env = flyte.TaskEnvironment("tuples", cache="auto")


class Pair(NamedTuple):
    """A documented pair."""

    left: int
    right: str = "r"


class Standard(typing.NamedTuple):
    a: int
    b: List[float]

    def total(self) -> float:
        return self.a


class Options(TypedDict):
    depth: int
    names: list[str]
    label: NotRequired[str]


class Loose(TypedDict, total=False):
    a: int
    b: Required[str]


class Derived(Options):
    more: Optional[float]


class StandardDict(typing.TypedDict):
    a: int


class Nested(TypedDict):
    options: Options
    many: List[Options]


class Quoted(NamedTuple):
    a: "int"


@env.task
def pair(a: Pair) -> Pair:
    return a


@env.task
def standard(a: Standard, b: Optional[Pair] = None) -> Standard:
    return a


@env.task
def inside(a: list[Pair]) -> tuple[Pair, int]:
    return a


@env.task
def options(a: Options) -> Options:
    return a


@env.task
def loose(a: Loose) -> Loose:
    # interface unknown ok: what of it is required
    return a


@env.task
def derived(a: Derived) -> Derived:
    return a


@env.task
def standard_dict(a: StandardDict) -> StandardDict:
    return a


@env.task
def nested(a: Nested, b: Dict[str, Options]) -> Nested:
    return a


@env.task
def quoted(a: Quoted) -> int:
    # interface unknown ok: text in a NamedTuple
    return 1
