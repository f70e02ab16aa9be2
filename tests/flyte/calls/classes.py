"""Enumerations, dataclasses, models, tuples with names."""

import enum
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, NamedTuple, Optional, TypedDict

import flyte
from pydantic import BaseModel, Field

env = flyte.TaskEnvironment("classes", cache="auto")


class Color(Enum):
    RED = "red"
    BLUE = "b" + "lue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 10


class Mode(str, Enum):
    FAST = "fast"
    SLOW = "slow"


@dataclass
class Point:
    x: int
    y: int = 0


@dataclass(frozen=True)
class Config:
    name: str
    rate: float = 0.1
    tags: list[str] = field(default_factory=list)
    at: Point = field(default_factory=lambda: Point(1, 2))
    note: Optional[str] = None


@dataclass
class Simple:
    a: str = "a"
    b: float = 1.5
    c: Optional[int] = None


class Model(BaseModel):
    name: str
    rate: float = 0.5
    depth: Optional[int] = None


class Limited(BaseModel):
    n: int = Field(-1, ge=0, le=10, description="defaults are not validated")
    rate: float = Field(0.5, gt=0)
    name: Optional[str] = Field(None, max_length=3)
    tags: list[str] = Field(default_factory=list, max_length=2)


class Pair(NamedTuple):
    left: int
    right: str = "r"


@dataclass
class Checked:
    a: int = 1
    b: int = 2

    def __post_init__(self) -> None:
        self.b = self.a + 1


@dataclass
class Ordered:
    a: int = field(default=1, kw_only=True)
    b: int = 2


@dataclass
class Derived(Simple):
    a: str = "derived"
    d: dict[str, int] = field(default_factory=lambda: {"k": 1})


class Nested(BaseModel):
    inner: Model
    tags: list[str] = []
    colors: dict[str, Color] = {}


class Keys(TypedDict):
    a: int
    b: str


BASE = Point(5)
LEVEL = Level.HIGH


@env.task
async def color(x: Color) -> int:
    return 0


@env.task
async def level(x: Level = Level.LOW) -> int:
    return 0


@env.task
async def mode(x: Mode, y: Optional[Color] = None) -> int:
    return 0


@env.task
async def choice(x: Literal["a", "b"] = "a") -> int:
    return 0


@env.task
async def point(x: Point) -> int:
    return 0


@env.task
async def points(x: list[Point]) -> int:
    return 0


@env.task
async def simple(x: Simple) -> int:
    return 0


@env.task
async def configured(x: Config) -> int:
    return 0


@env.task
async def modelled(x: Model) -> int:
    return 0


@env.task
async def limited(x: Limited) -> int:
    return 0


@env.task
async def paired(x: Pair) -> int:
    return 0


@env.task
async def keyed(x: Keys) -> int:
    return 0


@env.task
async def checked(x: Checked) -> int:
    return 0


@env.task
async def ordered(x: Ordered) -> int:
    return 0


@env.task
async def derived(x: Derived = Derived()) -> int:
    return 0


@env.task
async def nested(x: Nested) -> int:
    return 0


@env.task
async def maybe_point(x: Point | None = None) -> int:
    return 0


@env.task(cache="disable")
async def main() -> int:
    await color(Color.RED)
    await color(Color.BLUE)
    await color(x=Color["RED"])
    await color(Color("red"))
    await level()
    await level(Level.LOW)
    await level(LEVEL)
    await mode(Mode.FAST)
    await mode(Mode.SLOW, Color.RED)
    await mode(Mode.SLOW, y=None)
    for c in [Color.RED, Color.BLUE]:
        await mode(Mode.FAST, c)
    await choice()
    await choice("b")
    await choice(x="a")
    await point(Point(1))
    await point(Point(1, 2))
    await point(Point(x=3, y=4))
    await point(Point(y=6, x=5))
    await point(BASE)
    await point(Point(*[7, 8]))
    await point(Point(**{"x": 9}))
    await points([Point(1), Point(2, 3)])
    await points([Point(i) for i in range(3)])
    await points([])
    await simple(Simple())
    await simple(Simple("b"))
    await simple(Simple(c=3, a="é"))
    await simple(Simple(b=-0.0))
    await configured(Config("n"))
    await configured(Config("n", 0.2, ["t"], Point(3), "note"))
    await configured(Config("n", tags=[], at=Point(0, 0)))
    await modelled(Model(name="m"))
    await modelled(Model(name="é", rate=1.0, depth=3))
    await modelled(Model(name="m", rate=2))  # tasklens: unknown ok
    await limited(Limited())
    await limited(Limited(n=0, rate=1.0, name="abc", tags=["a", "b"]))
    await limited(Limited(n=10, name=None, tags=[]))
    await paired(Pair(1))
    await paired(Pair(1, "x"))
    await paired(Pair(right="z", left=2))
    await keyed({"a": 1, "b": "x"})
    await keyed(Keys(a=2, b="y"))
    await checked(Checked(5))  # tasklens: unknown ok
    await ordered(Ordered(7))  # tasklens: unknown ok
    await ordered(Ordered(a=8))  # tasklens: unknown ok
    await derived()
    await derived(Derived())
    await derived(Derived("x", 0.5, 3, {"z": 2}))
    await nested(Nested(inner=Model(name="i")))  # tasklens: unknown ok
    await nested(Nested(inner=Model(name="i"), tags=["t"], colors={"c": Color.RED}))  # tasklens: unknown ok
    changed = Point(60)
    changed.y = 61
    await point(changed)  # tasklens: unknown ok
    read = Point(62, 63)
    await point(Point(read.y, read.x))
    await points([read, read])
    await maybe_point()
    await maybe_point(Point(1))
    await maybe_point(None)
    return 0


if __name__ == "__main__":
    flyte.run(main)
    flyte.run(point, Point(50, 51))
    flyte.run(color, Color.RED)
