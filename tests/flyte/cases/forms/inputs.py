"""Signatures: what becomes an input, in which order."""

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, List, NamedTuple, Optional, Union

import flyte
from flyte.io import DataFrame, Dir, File

env = flyte.TaskEnvironment(name="inputs", cache="auto")


class Colour(enum.Enum):
    RED = "red"


@dataclass
class Options:
    depth: int = 3
    names: Optional[List[str]] = None


class Pair(NamedTuple):
    left: int
    right: int


@env.task
def none() -> None:
    return None


@env.task
def many(
    z: int,
    y: "str",
    x: Optional[int] = None,
    w: Union[int, str] = 1,
    v: Options = Options(depth=4),
    u: Colour = Colour.RED,
    t: Pair = Pair(1, 2),
) -> Options:
    return v


@env.task
def io(file: File, directory: Dir, frame: DataFrame, annotated: Annotated[int, "doc"], anything: Any, path: Path) -> File:
    return file


@env.task
def keyword_only(a: int, *, b: int, c: int = 3) -> int:
    return a


@env.task
def positional_only(a: int, b: int, /, c: int) -> int:
    return a


@env.task
def unannotated(a, b=2):
    return a
