"""Types out of other modules of the project."""

from typing import Optional, Set

import flyte
import package
import package.shapes
import package.shapes as sh
from package import Color, Numbers, Point
from package import Thing as Object
from package.shapes import Key, Stranger, Vector

env = flyte.TaskEnvironment("imported", cache="auto")


@env.task
def by_name(a: Color, b: Point, c: Vector, d: Numbers) -> Point:
    return b


@env.task
def by_module(a: package.Color, b: package.shapes.Point, c: sh.Vector) -> sh.Color:
    return a


@env.task
def quoted(a: "Point", b: "Optional[sh.Color]", c: Optional["package.Point"]) -> "Numbers":
    return []


@env.task
def pickled(a: Object, b: Stranger, c: Stranger.Inner, d: sh.Thing) -> package.Thing:
    return a


@env.task
def in_sets(a: set[Color], b: Set[Object], c: list[Stranger]) -> int:
    return 1


@env.task
def new_type(a: Key, b: list[Key]) -> int:
    return 1


@env.task
def defaults(a: Color = Color.RED, b: Color = sh.Color.BLUE, c: Optional[Point] = None) -> int:
    return 1
