"""The classes that the signatures of `types.txt`, `signatures.txt` and `calls.txt` name."""

import dataclasses
import datetime
import enum
import pathlib
import uuid
from typing import *

import flyte.io
import pydantic
from typing_extensions import Annotated, NamedTuple, NotRequired, TypedDict


class Plain:
    pass


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"
    CRIMSON = "red"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Mode(str, enum.Enum):
    FAST = "fast"
    SLOW = "slow"


class Size(enum.Enum):
    SMALL = 1


class Mixed(enum.Enum):
    TEXT = "t"
    NUMBER = 1


class Nothing(enum.Enum):
    pass


class Outer:
    class Tint(enum.Enum):
        A = "a"

    class Thing:
        pass


class Single(enum.Enum):
    ONLY = "only"


class Documented(enum.Enum):
    """Has a docstring,

    of some lines."""

    A = "a"
    B = "b"


class LiteralEnum(enum.Enum):
    ONE = "uno"


@dataclasses.dataclass
class Point:
    x: int
    y: float


@dataclasses.dataclass
class Settings:
    """What to do."""

    name: str
    rate: float = 0.1
    steps: int = 10
    note: Optional[str] = None
    on: bool = True
    tags: List[str] = dataclasses.field(default_factory=list)
    table: Dict[str, int] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Nested:
    point: Point
    points: list[Point]
    by_name: dict[str, Point]
    maybe: Optional[Point] = None
    kind: Color = Color.RED
    either: Union[int, str, None] = None
    anything: Any = None
    when: datetime.datetime = datetime.datetime(2020, 1, 2)
    day: Optional[datetime.date] = None
    pair: Tuple[int, str] = (1, "a")
    mode: Literal["a", "b"] = "a"


@dataclasses.dataclass
class Bare:
    items: list
    table: dict
    text: str = "é"


@dataclasses.dataclass
class Empty:
    pass


@dataclasses.dataclass
class Wide:
    """Documented."""

    b: bytes
    a: Any
    n: None
    o: Optional[Any]
    d: datetime.date
    t: datetime.time
    e: datetime.timedelta
    p: pathlib.Path
    u: uuid.UUID
    s: Set[int]
    f: FrozenSet[str]
    l: list[Any]
    m: dict[str, Any]
    k: dict[int, list[Optional[float]]]
    v: tuple[int, ...]
    c: Literal["only"]
    i: Literal[1, 2]
    x: Union[List[int], Dict[str, int], None]
    w: Annotated[int, "m"]
    doc: Documented
    level: Level
    mixed: Mixed
    aFieldName: int
    field_2_name: str
    empty: Empty
    ratio: float = 1
    big: int = 2**60
    small: int = -1
    text: str = 'quoted "text" \n é'
    flag: Optional[bool] = True
    chosen: Optional[Color] = Color.BLUE
    several: tuple[Color, ...] = (Color.RED, Color.BLUE)


@dataclasses.dataclass
class Places:
    file: flyte.io.File
    folder: Optional[flyte.io.Dir]
    files: list[flyte.io.File]
    table: flyte.io.DataFrame


class PlacesModel(pydantic.BaseModel):
    file: flyte.io.File
    folder: Optional[flyte.io.Dir]
    files: list[flyte.io.File]
    table: flyte.io.DataFrame


class WideModel(pydantic.BaseModel):
    b: bytes
    o: Optional[Any]
    d: datetime.date
    t: datetime.time
    e: datetime.timedelta
    p: pathlib.Path
    u: uuid.UUID
    s: Set[int]
    f: FrozenSet[str]
    l: list[Any]
    k: dict[int, list[Optional[float]]]
    v: tuple[int, ...]
    c: Literal["only"]
    i: Literal[1, 2]
    x: Union[List[int], Dict[str, int], None]
    y: Union[None, int, str]
    z: Union[List[int], list[int]]
    w: Annotated[int, "m"]
    doc: Documented
    level: Level
    several: tuple[Documented, Level]
    many: List[Documented]
    maybe: Optional[Level]
    either: Union[Documented, int]
    aFieldName: int
    field_2_name: str
    empty: Empty
    point: Point
    documented: Union[Point, None] = None
    ratio: float = 1
    big: int = 2**60
    text: str = 'quoted "text" \n é'
    flag: Optional[bool] = True
    chosen: Optional[Level] = Level.LOW
    items: list[dict[str, int]] = [{"a": 1}]


class Query(pydantic.BaseModel):
    """Asks for something.

    In two paragraphs.
    """

    text: str
    max_rows: int = 10
    score: float = 0.5
    maybe: Optional[str] = None
    exact: bool = False
    tags: list[str] = []
    weights: dict[str, float] = {}


class Config(pydantic.BaseModel):
    query: Query
    queries: List[Query]
    other: Query | None = None
    color: Color = Color.RED
    either: Union[int, str, None] = None
    anything: Any = None
    when: datetime.datetime
    day: Optional[datetime.date] = None
    mode: Literal["a", "b"] = "a"
    one: Literal["only"] = "only"
    items: list = []
    table: dict[int, str] = {}
    pair: tuple[int, str] = (1, "a")


class Table(pydantic.BaseModel):
    table: dict = {}


class Pair(NamedTuple):
    left: int
    right: str = "r"


class Deep(NamedTuple):
    pair: Pair
    values: List[float]
    maybe: Optional[int]


class Defaults(NamedTuple):
    """A documented tuple."""

    a: int = 1
    b: Optional[float] = None
    c: list[int] = []


class Documents(TypedDict):
    """A documented dictionary."""

    text: str


class EmptyModel(pydantic.BaseModel):
    pass


class Options(TypedDict):
    depth: int
    names: list[str]
    label: NotRequired[str]


class Request(TypedDict):
    options: Options
    more: List[Options]
    maybe: Optional[float]


UserId = NewType("UserId", int)
