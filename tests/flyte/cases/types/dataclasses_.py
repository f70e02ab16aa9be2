"""Dataclasses."""

import dataclasses
import datetime
import enum
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, ClassVar, Dict, List, Literal, Optional, Tuple, Union

import flyte
from flyte.io import Dir, File

env = flyte.TaskEnvironment("dataclasses", cache="auto")

RATE = 0.25


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Point:
    x: int
    y: float


@dataclasses.dataclass(frozen=True)
class Settings:
    """What to do."""

    name: str
    rate: float = 0.1
    steps: int = 10
    note: Optional[str] = None
    on: bool = True
    tags: List[str] = field(default_factory=list)
    table: Dict[str, int] = dataclasses.field(default_factory=dict)
    given: int = field(default=3, repr=False)


@dataclass
class Nested:
    point: Point
    points: list[Point]
    by_name: dict[str, Point]
    maybe: Optional[Point] = None
    kind: Color = Color.RED
    either: Union[int, str, None] = None
    anything: Any = None
    day: Optional[datetime.date] = None
    pair: Tuple[int, str] = (1, "a")
    mode: Literal["a", "b"] = "a"
    negative: int = -3
    rate: float = RATE


@dataclass
class Base:
    a: int
    b: str = "b"


@dataclass
class Derived(Base):
    c: float = 0.5
    a: int = 3


@dataclass
class WithMethods:
    a: int
    LIMIT: ClassVar[int] = 3
    constant = 4

    def __post_init__(self):
        self.b = 1

    @property
    def double(self) -> int:
        return self.a * 2

    @classmethod
    def of(cls, a: int) -> "WithMethods":
        return cls(a)


@dataclass(kw_only=True)
class KeywordsOnly:
    a: int = 1
    b: str


@dataclass
class Separated:
    a: int
    _: KW_ONLY
    b: int = 1


@dataclass
class Places:
    file: File
    folder: Optional[Dir]
    files: list[File]


@dataclass
class Empty:
    pass


@dataclass
class Tree:
    value: int
    children: List["Tree"]


@dataclass
class Quoted:
    point: "Point"
    maybe: Optional["Point"] = None


@dataclass
class Shadowing:
    date: Optional[datetime.date] = None
    other: Optional[datetime.date] = None


@dataclass
class Computed:
    a: str = str(object())


@dataclass
class Described:
    a: int = field(default=1, metadata={"description": "d"})


@dataclass
class Rebound:
    a: int
    a = 3


class NoDataclass(Point):
    z: int = 1


@env.task
def point(a: Point, b: Optional[Point] = None, c: list[Point] = []) -> Point:
    return a


@env.task
def settings(a: Settings, b: "Settings") -> Settings:
    return a


@env.task
def nested(a: Nested) -> dict[str, Nested]:
    return {}


@env.task
def derived(a: Base, b: Derived) -> Derived:
    return b


@env.task
def with_methods(a: WithMethods) -> int:
    return 1


@env.task
def keywords(a: KeywordsOnly) -> int:
    return 1


@env.task
def separated(a: Separated) -> int:
    return 1


@env.task
def places(a: Places) -> Places:
    return a


@env.task
def empty(a: Empty) -> int:
    return 1


@env.task
def quoted(a: Quoted) -> int:
    return 1


@env.task
def shadowing(a: Shadowing) -> int:
    return 1


@env.task
def tree(a: Tree) -> int:
    # interface unknown ok: it holds itself
    return 1


@env.task
def computed(a: Computed) -> int:
    # interface unknown ok: the default runs Python
    return 1


@env.task
def described(a: Described) -> int:
    # interface unknown ok: metadata are for mashumaro
    return 1


@env.task
def rebound(a: Rebound) -> int:
    # interface unknown ok: set twice
    return 1


@env.task
def no_dataclass(a: NoDataclass) -> int:
    # interface unknown ok: a subclass that is no dataclass itself
    return 1


@env.task
def default_instance(a: Point = Point(1, 2.0), b: Settings = Settings("x")) -> int:
    # interface unknown ok: up to 3.10, whether a default is None counts
    return 1
