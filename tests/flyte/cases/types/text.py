"""Annotations in quotes."""

import typing
from typing import Dict, List, Literal, Optional, Union

import flyte
from flyte.io import File

env = flyte.TaskEnvironment("text", cache="auto")


@env.task
def simple(a: "int", b: "str", c: 'Optional[int]', d: "list[int]") -> "dict[str, int]":
    return {}


@env.task
def inside(a: Optional["int"], b: List["str"], c: Dict[str, "float"], d: Union["int", None]) -> List["File"]:
    return []


@env.task
def twice(a: "Optional['int']", b: "typing.List['str']") -> int:
    return 1


@env.task
def raw(a: r"int", b: "li" "st[int]", c: """int""", d: "in\x74") -> int:
    return 1


@env.task
def choices(a: "Literal['a', 'b']", b: Literal["int", "str"]) -> "Literal['x']":
    return "x"


@env.task
def unions(a: "int | None", b: "File | None" = None) -> "tuple[int, str]":
    return 1, ""


@env.task
def in_classes(a: list["int"], b: dict[str, "int"]) -> int:
    # interface unknown ok: a string in a class is read from Python 3.11 on
    return 1


class Later:
    pass


@env.task
def of_the_file(a: "Later") -> int:
    # interface unknown ok: the module may be __main__
    return 1
