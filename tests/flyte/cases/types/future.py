"""Annotations that are left as text."""

from __future__ import annotations

import datetime as dt
import enum
import typing as t
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Dict, List, Literal, Optional, Union

import flyte
import flyte.io
from pydantic import BaseModel

env = flyte.TaskEnvironment("future", cache="auto")


@env.task
async def simple(a: int, b: str | None = None, c: list[int] = [], d: Optional[float] = 0.5) -> dict[str, int]:
    return {}


@env.task
def quoted(a: "int", b: Optional["str"]) -> "int":
    return 1


@env.task
def times(a: dt.datetime, b: Literal["a", "b"] = "a") -> tuple[int, dt.date]:
    return 1, a


class Color(enum.Enum):
    RED = "red"


@dataclass
class Point:
    x: int
    y: Optional[float] = None
    tags: List[str] = field(default_factory=list)
    color: Color = Color.RED


class Model(BaseModel):
    x: int
    point: Point
    more: Dict[str, int] = {}


@env.task
def classes(a: Color, b: Point, c: Model, d: list[Point]) -> Model | None:
    return None


@env.task
def files(a: flyte.io.File, b: t.List[flyte.io.Dir]) -> t.Union[int, str]:
    return 1


@env.task
def none_for_int(a: int = None) -> None:
    pass


Table = Dict[str, List[int]]


@env.task
def alias(a: Table, b: Union[Table, None]) -> Table:
    return a


def make(kind: str):
    @env.task
    def inner(a: int, b: list[str]) -> int:
        return 1

    return inner


inner = make("x")
