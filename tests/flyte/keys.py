"""Says what the real SDK makes of signatures and calls: interface hashes and cache keys, for the tests of `cache_core::key`.

    target/tasklens-tests/flyte/3.12/bin/python tests/flyte/keys.py cache-core/tests/flyte_keys

Writes two files: `cases.json`, which is the same under each Python (the signatures and calls below, with every name
resolved as an analysis of the source would), and `answers-3.12.json`, for the Python that runs this. Deterministic.

A second argument names the answers otherwise: `answers-3.12-oldest.json` is from an environment with the oldest
libraries that the SDK takes and that work with it, `pydantic==2.10.6` and `mashumaro==3.15`.

A signature's answer is its interface hash, a call's is its key for the task `env.task` under version `v1`; what the SDK
refuses is an object with the exception under `raises`. The steps are those of `LocalController.submit`.
"""

import ast
import asyncio
import collections
import collections.abc
import dataclasses
import datetime
import decimal
import enum
import fractions
import inspect
import io
import json
import logging
import pathlib
import re
import struct
import sys
import textwrap
import types
import typing
import uuid
import warnings
from typing import *

import flyte
import flyte.io
import pydantic
from flyte._internal.runtime import convert
from flyte._internal.runtime.types_serde import transform_native_to_typed_interface
from flyte.models import NativeInterface
from typing_extensions import Annotated, NamedTuple, NotRequired, TypedDict

TASK, VERSION = "env.task", "v1"


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

# Each is the type of a parameter, and of an output.
TYPES = """
int
float
str
bool
None
datetime.datetime
datetime.date
datetime.timedelta
Text
list[int]
List[int]
list[list[str]]
List[List[float]]
list[None]
dict[str, int]
Dict[str, float]
dict[str, list[dict[str, bool]]]
dict
Dict
dict[int, str]
Dict[bool, int]
dict[Literal["a"], int]
dict[Color, int]
dict[Any, Any]
Dict[str, Any]
collections.OrderedDict
collections.defaultdict
collections.OrderedDict[str, int]
collections.Counter[str]
list
List
List[Any]
Optional[int]
Optional[str]
Optional[float]
Optional[bool]
Optional[datetime.datetime]
Optional[datetime.date]
Optional[datetime.timedelta]
Optional[list[int]]
Optional[List[Optional[str]]]
Optional[dict]
Optional[Dict[str, float]]
Optional[list]
Optional[Any]
Optional[Optional[int]]
Optional[Color]
Optional[Level]
Optional[Plain]
Optional[flyte.io.File]
Optional[flyte.io.Dir]
Optional[flyte.io.DataFrame]
Optional[Literal["a", "b"]]
Union[int, str]
Union[str, int]
Union[int, None, str]
Union[int, int]
Union[int, bool]
Union[float, int]
Union[List[int], list[int]]
Union[List[Optional[int]], List[Union[None, int]]]
Union[None]
Union[int, Optional[str], float]
int | None
None | int
int | str | None
int | str | float | bool
str | list[str]
list[int | None]
list[str] | dict[str, str] | None
Optional[int | str]
Union[int | str, float]
int | int
Any | None
dict[str, int | float]
flyte.io.File
flyte.io.Dir
flyte.io.DataFrame
list[flyte.io.File]
dict[str, flyte.io.Dir]
flyte.io.File[bytes]
list[flyte.io.DataFrame]
Color
Level
Mode
Mixed
Size
Nothing
Outer.Tint
LiteralEnum
list[Color]
dict[str, Level]
Color | Mode
Literal["a", "b"]
Literal["a", "A"]
Literal["A", "a", "b"]
Literal["a b", "c-d", "é"]
Literal["mro", "name"]
Literal["_private"]
Literal["on", "off", "on"]
Literal[""]
Literal[1, 2]
Literal["a", 1]
Literal[None, "a"]
Literal[True]
list[Literal["a", "b"]]
dict[str, Literal[1, "a", None]]
set[Literal['it"s', "it's"]]
Annotated[int, "metadata"]
Annotated[list[int], "m", 1]
Annotated[Optional[int], "m"]
list[Annotated[int, "m"]]
Annotated[bytes, "m"]
Annotated[Annotated[Any, "m"], 1]
Optional[Annotated[Annotated[bytes, "m"], "n"]]
Union[Literal["a", "b"]]
list[Union[None]]
Annotated[set[int], "m", 1, None, True, 1.5]
Annotated[dict, "m"]
Annotated[dict[str, int], "m"]
Annotated[Color, "m"]
Annotated[flyte.io.File, "m"]
Annotated[Literal["a"], "m"]
Annotated[tuple[int, str], "m"]
Annotated[Pair, "m"]
Annotated[Options, "m"]
Annotated[Point, "m"]
Annotated[Query, "m"]
Annotated[flyte.io.DataFrame, "csv"]
Optional[Annotated[int, "m"]]
Optional[Annotated[Optional[int], "m"]]
Any
object
bytes
bytearray
complex
set
frozenset
tuple
type
range
slice
memoryview
Exception
ValueError
set[int]
Set[int]
Set
frozenset[str]
FrozenSet[str]
set[Optional[int]]
set[int | None]
set[Union[int, str]]
set[Union[int, str, None]]
set[Optional[Union[int, str]]]
Set[int | str]
set[None]
Set[None]
set[List[int]]
set[Dict[str, List[int]]]
set[list[int]]
set[tuple[int, ...]]
set[Tuple[int, str]]
set[datetime.datetime]
set[Color]
set[Outer.Thing]
set[Any]
set[flyte.io.File]
Set[Annotated[int, "m"]]
Tuple
tuple[int, ...]
Tuple[str, ...]
Sequence[int]
Sequence
MutableSequence[str]
Iterable[int]
Iterator[int]
AsyncIterator[int]
Generator[int, None, None]
Mapping[str, int]
MutableMapping[str, Any]
typing.OrderedDict[str, int]
DefaultDict[str, int]
typing.Counter[str]
Deque[int]
Type[int]
type[int]
Type[Plain]
Callable
Callable[[int], str]
Callable[..., int]
Callable[[], None]
Callable[[int, Optional[str]], List[int]]
Optional[Callable[[int], str]]
Awaitable[int]
Hashable
NoReturn
Pattern[str]
collections.abc.Sequence[int]
collections.abc.Mapping[str, int]
collections.abc.Callable[[int], str]
collections.abc.Callable[[], None]
collections.abc.Iterable[str | None]
collections.abc.Sequence
collections.deque
collections.deque[int]
pathlib.Path
Optional[pathlib.Path]
list[pathlib.PurePath]
decimal.Decimal
fractions.Fraction
uuid.UUID
datetime.time
datetime.timezone
io.BytesIO
io.StringIO
re.Pattern
types.SimpleNamespace
Plain
Outer.Thing
list[Plain]
dict[str, Plain | None]
UserId
list[UserId]
set[UserId]
Pair
Options
tuple[int, str]
Tuple[int, str]
tuple[int, Optional[str], List[float]]
tuple[bool, datetime.datetime, dict[str, Any]]
tuple[Literal["a", "b"], None]
tuple[Color, Level]
tuple[Point, Query]
tuple[Pair, Options]
tuple[tuple[int, str], list]
tuple[int]
tuple[dict[int, str], set[int], bytes]
tuple[Union[int, str, None], int | float]
list[tuple[int, int]]
dict[str, tuple[float, float]]
Optional[tuple[int, str]]
Point
Settings
Nested
Bare
list[Point]
dict[str, Settings]
Optional[Settings]
Settings | None
Query
Config
List[Query]
Optional[Config]
Query | Settings
Deep
Request
Empty
Wide
WideModel
EmptyModel
Defaults
Documents
Single
Documented
tuple[Single, int]
tuple[Documented, int]
tuple[Mixed, int]
tuple[Defaults, int]
tuple[Documents, int]
tuple[Wide, int]
tuple[Settings, EmptyModel]
tuple[Point, list[Point]]
tuple[Outer.Tint, Deep]
tuple[Any, list]
tuple[int, dict]
Table
tuple[flyte.io.File, int]
Places
PlacesModel
tuple[Places, Optional[flyte.io.File]]
tuple[flyte.io.File[bytes], int]
tuple[Outer.Tint, Point]
tuple[Plain, int]
list[Pair]
Optional[Pair]
dict[str, Options]
Optional[Options]
"""

# Signatures of their own, without what the function is called.
SIGNATURES = """
()
() -> None
() -> int
() -> "int"
(x)
(x) -> str
(x, y: int)
(x: "int")
(x: "Optional[Color]")
(b: int, a: int) -> str
(a: int, b: int) -> str
(x: int = None)
(x: str = None, y: Any = None)
(x: Optional[int] = None)
(x: Literal["a"] = None)
(x: int = 3)
(x: None = None)
(x=None)
(x: Annotated[int, "m"] = None)
(x: list[int] = None) -> list[int]
() -> Tuple[int, str]
() -> tuple[int, Literal["a", "b"]]
() -> tuple[Optional[Literal["a"]], None]
() -> Tuple[int]
() -> tuple[int, ...]
() -> (int, str)
() -> (int,)
() -> (Literal["a"], int)
() -> "tuple[int, str]"
() -> tuple
() -> Tuple
() -> Any
() -> NoReturn
() -> Literal["a", "b"]
() -> Literal[1, 2]
() -> Optional[tuple[int, str]]
() -> Annotated[int, "m"]
() -> Union[None]
() -> Optional[None]
() -> Pair
() -> Deep
() -> list[Pair]
() -> tuple[Pair, int]
() -> tuple[flyte.io.File, flyte.io.Dir, flyte.io.DataFrame]
() -> tuple[int, int, int, int, int, int, int, int, int, int, int, int]
(*, x: int, y: str = "a") -> float
(x: int, /, y: str) -> float
(aa: int, a: int, ab: int, A: int, é: int, _: int)
(data: list[dict[str, float]], lr: float = 0.1, *, epochs: int = 3, tags: Optional[list[str]] = None) -> tuple[flyte.io.File, float]
(x: Pair, y: Options) -> Point
"""

# Signatures with calls, `ignored=(…)` naming the ignored inputs.
CALLS = """
()
    ()
(x: int)
    (1)
    (x=1)
    (0)
    (-1)
    (2**63 - 1)
    (-2**63)
    (2**63)
    (-2**63 - 1)
    (2**100)
    (127)
    (128)
    (True)
    (1.0)
    ("1")
    (None)
    (1, 2)
    ()
(x: float)
    (0.1)
    (1.0)
    (0.0)
    (-0.0)
    (float("nan"))
    (-float("nan"))
    (float("inf"))
    (-float("inf"))
    (5e-324)
    (1.7976931348623157e308)
    (1)
    (True)
    ("a")
(x: str)
    ("")
    ("a")
    ("hé")
    ("日本語")
    ("😀")
    ("a\\x00b")
    ("line\\nbreak")
    ("e\\u0301")
    ("x" * 300)
    (";y:")
    (b"a")
    (1)
    (None)
(x: bool)
    (True)
    (False)
    (1)
(x: None)
    (None)
    ()
    (0)
(x: None = None)
    ()
(x: datetime.datetime)
    (datetime.datetime(2020, 1, 1))
    (datetime.datetime(2020, 1, 1, 12, 30, 15, 123456))
    (datetime.datetime(1970, 1, 1))
    (datetime.datetime(1969, 12, 31, 23, 59, 59, 999999))
    (datetime.datetime(1, 1, 1))
    (datetime.datetime(9999, 12, 31, 23, 59, 59, 999999))
    (datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc))
    (datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=5, minutes=30))))
    (datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=-8))))
    (datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(microseconds=1))))
    (datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(microseconds=-1))))
    (datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=1, microseconds=999999))))
    (datetime.datetime(2020, 1, 1, 0, 0, 0, 5, datetime.timezone(datetime.timedelta(hours=-1, microseconds=7))))
    (datetime.datetime(1, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=1))))
    (datetime.datetime(9999, 12, 31, 23, tzinfo=datetime.timezone(datetime.timedelta(hours=-2))))
    (datetime.date(2020, 1, 1))
    ("2020-01-01")
(x: datetime.date)
    (datetime.date(2020, 2, 29))
    (datetime.date(1, 1, 1))
    (datetime.datetime(2020, 1, 1, 23, 59))
    (datetime.datetime(2020, 1, 1, 23, tzinfo=datetime.timezone(datetime.timedelta(hours=-8))))
(x: datetime.timedelta)
    (datetime.timedelta(0))
    (datetime.timedelta(days=1))
    (datetime.timedelta(microseconds=1))
    (datetime.timedelta(microseconds=-1))
    (datetime.timedelta(seconds=-1, microseconds=-5))
    (datetime.timedelta(seconds=-1, microseconds=5))
    (datetime.timedelta(days=-3, hours=2))
    (datetime.timedelta.max)
    (datetime.timedelta.min)
    (1)
(x: list[int])
    ([])
    ([1])
    ([1, 2, 3])
    ([3, 2, 1])
    ((1, 2))
    ([1.0])
    ([None])
    ("ab")
(x: List[int])
    ([1, 2])
    ((1, 2))
(x: list[str])
    (["a", "b"])
    (["ab"])
    (["a", ""])
(x: list[float])
    ([1.0, -0.0, float("nan")])
    ([1])
(x: list[list[int]])
    ([[1], [2]])
    ([[1, 2]])
    ([[1, 2], []])
    ([])
    ([[]])
    ([[], [1]])
(x: list[list[list[int]]])
    ([[[1]], [[2], [3]]])
    ([[[1], [2]], [[3]]])
(x: list[None])
    ([None, None])
(x: dict[str, int])
    ({})
    ({"a": 1})
    ({"b": 1, "a": 2})
    ({"a": 2, "b": 1})
    ({"": 1, "a": 2, "ab": 3, "abc": 4})
    ({"é": 1, "z": 2, "😀": 3, "\\uffff": 4})
    ({1: 2})
    ([("a", 1)])
    (collections.OrderedDict(a=1))
(x: dict[str, None])
    ({})
    ({"a": None})
(x: Dict[str, None])
    ({"a": None})
(x: dict[str, Union[None]] = None)
    ()
    ({"a": None})
(x: Union[dict[str, None], Literal["a"]])
    ({"a": None})
(x: Union[Literal["a", "b"]])
    ("a")
    ("A")
(x: Union[Empty, Annotated[float, "m"]])
    ({"more": 1})
(x: Empty)
    ({})
    ({"more": 1})
(x: Union[Dict[str, Any], None])
    ({"a": {1, 2}})
(x: Dict[str, Any])
    ({"a": {1, 2}})
(x: tuple[Union[flyte.io.File, int], int])
    ((1, 2))
(x: dict[str, list[int]])
    ({"a": [], "ab": []})
    ({"aab": []})
    ({"a": [1, 2]})
    ({"": [1], "b": []})
(x: dict[str, dict[str, int]])
    ({"a": {"b": 1}})
    ({"ab": {"": 1}})
    ({})
(x: list[dict[str, int]])
    ([{"a": 1}, {"b": 2}])
    ([{"a": 1, "b": 2}])
    ([{}])
(x: dict)
    ({})
    ({"a": 1})
    ({"b": 1, "a": 2, "aa": 3, "": 4})
    ({"z": {"y": 1, "x": [2, {"w": 3, "v": 4}]}, "a": None})
    ({1: "a", "b": 2})
    ({2: 1, 1: 2, 300: 3, -1: 4})
    ({1: "a", True: "b", 1.0: "c"})
    ({None: 1, True: 2, 1.5: 3})
    ({"f": 0.1, "n": float("nan"), "i": float("inf"), "m": -0.0})
    ({"ints": [0, 127, 128, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**63, 2**64 - 1]})
    ({"neg": [-1, -32, -33, -128, -129, -32768, -32769, -2**31, -2**31 - 1, -2**63]})
    ({"big": 2**64})
    ({"small": -2**63 - 1})
    ({"s": "x" * 31, "t": "x" * 32, "u": "x" * 255, "v": "x" * 256, "w": "x" * 65536})
    ({"b": b"bytes", "c": b"", "long": b"x" * 256})
    ({"list": [1] * 15, "longer": [1] * 16})
    ({str(i): i for i in range(16)})
    ({str(i): i for i in range(15)})
    ({"tuple": (1, 2), "empty": ()})
    ({(1, 2): 3, (0, 1): 4})
    ({b"k": 1})
    ({"set": {1}})
    ({"when": datetime.datetime(2020, 1, 1)})
    ({"é": "😀"})
    ({"color": Color.RED})
    (None)
    ([1])
(x: Dict)
    ({"b": 1, "a": 2})
(x: dict[int, str])
    ({2: "a", 1: "b"})
    ({})
    ({"a": "b"})
(x: dict[int, float])
    ({1: 2})
(x: dict[int, list[int]])
    ({1: [3, 2]})
    ({1: 2})
(x: dict[int, dict[str, Any]])
    ({1: {"b": 1, "a": [None]}})
(x: dict[int, datetime.date])
    ({1: datetime.date(2020, 1, 1)})
(x: Dict[str, Any])
    ({"a": 1})
    ({"b": "text", "a": b"bytes"})
    ({"a": [1, 2]})
    ({"a": None})
(x: Optional[int])
    (4)
    (None)
    (True)
    (1.0)
    ("a")
    ()
(x: Optional[int] = None)
    ()
    (1)
(x: int | None = 5)
    ()
    (None)
(x: None | int)
    (1)
    (None)
(x: Optional[float])
    (1.5)
    (1)
    (None)
(x: Optional[str] = "a")
    ()
    ("b")
    (None)
(x: Optional[bool])
    (False)
    (0)
(x: Optional[datetime.date])
    (datetime.date(2020, 1, 1))
    (datetime.datetime(2020, 1, 1, 5))
(x: Optional[list[int]])
    ([1, 2])
    ([])
    (None)
    ([1.0])
(x: Optional[List[List[int]]])
    ([[1], [2]])
    ([[1, 2]])
(x: Optional[dict])
    ({"b": 1, "a": 2})
    (None)
(x: Optional[dict[str, int]])
    ({"": 1, "a": 2, "ab": 3})
    ({"é": 1, "e": 2, "aa": 3, "a": 4, "b": 5})
    ({})
(x: Optional[Dict[str, List[int]]])
    ({"a": [], "ab": [1]})
(x: Optional[Color])
    (Color.RED)
    ("RED")
    ("red")
    (None)
(x: Optional[Any])
    (None)
    (3)
    ("a")
    ([1, "a"])
(x: Optional[list])
    ([1])
    (None)
(x: Optional[Literal["a", "b"]] = None)
    ()
    ("a")
    (None)
(x: Union[int, str])
    (1)
    ("a")
    (True)
    (1.5)
(x: Union[int, str, None])
    (None)
(x: Union[int, bool])
    (True)
    (1)
(x: Union[int, float])
    (1)
    (1.0)
(x: Union[float, str])
    (1)
    (1.0)
(x: Union[float, List[int]])
    (1)
    ([1])
    (True)
(x: Union[list[int], list[str]])
    ([])
    ([1])
    (["a"])
    ([1, "a"])
(x: Union[dict[str, int], list[int]])
    ({"a": 1})
    ([1])
    (1)
(x: Union[datetime.datetime, datetime.date])
    (datetime.datetime(2020, 1, 1))
    (datetime.date(2020, 1, 1))
(x: Union[str, Color])
    ("RED")
    (Color.RED)
(x: Union[Color, Mode])
    (Color.RED)
    (Mode.FAST)
    ("RED")
    ("FAST")
(x: Union[int, Any])
    (1)
    ("a")
(x: Union[Union[int, str], list[int | str]])
    ([1, "a"])
(x: int | str | float)
    (1)
    (1.0)
    ("1")
(x: list[Optional[int]])
    ([1, None])
(x: list[int | str])
    ([1, "a"])
    ([1.5])
(x: dict[str, Optional[int]])
    ({"a": None, "b": 1})
(x: list[Optional[list[int]]])
    ([None, [1], [2, 3]])
(x: Color)
    (Color.RED)
    (Color.BLUE)
    (Color.CRIMSON)
    ("RED")
    ("CRIMSON")
    ("red")
    ("GREEN")
    (Mode.FAST)
(x: Level)
    (Level.LOW)
    ("LOW")
    (1)
(x: Mode)
    (Mode.FAST)
    ("FAST")
    ("fast")
(x: Mixed)
    (Mixed.TEXT)
    (Mixed.NUMBER)
(x: list[Color])
    ([Color.RED, "BLUE"])
(x: dict[str, Level])
    ({"b": Level.LOW, "a": Level.HIGH})
(x: Literal["a", "b"])
    ("a")
    ("b")
    ("A")
    ("c")
(x: Literal["a", "b"] = "b")
    ()
(x: Literal[1, 2] = 1)
    ()
    (2)
(x: Annotated[int, "m"])
    (1)
    (True)
    (1.5)
(x: Annotated[float, "m"])
    (Level.HIGH)
    (1)
    (1.5)
    (True)
(x: Annotated[str, "m"])
    ("a")
    (1)
(x: list[Annotated[float, "m"]])
    ([1, 2.5])
(x: Annotated[Optional[int], "m"])
    (1)
    (None)
(x: Annotated[list[int], "m"])
    ([1])
(x: Annotated[dict[str, int], "m"])
    ({"b": 1, "a": 2})
(x: Annotated[dict, "m"])
    ({"b": 1, "a": 2})
(x: Annotated[Color, "m"])
    (Color.RED)
    ("RED")
(x: Any)
    (3)
    (-3)
    (256)
    (65536)
    (2**31)
    (-2**31 - 1)
    (2**64)
    (0)
    (1.5)
    (True)
    (False)
    ("a")
    ("")
    ("é")
    ("x" * 300)
    (b"abc")
    (b"")
    (b"x" * 300)
    (None)
    ([])
    ([1])
    ([1, 2, "a"])
    ({})
    ({"a": 1})
    ({"a": 1, "b": [2, 3]})
    ((1,))
    (())
    ((1, 2.5, None, True))
    ({1, 3, 2})
    ({"b", "a"})
    ("x" * 20000)
(x)
    (3)
    ("a")
(x=5)
    ()
(x=None)
    ()
(x: bytes)
    (b"abc")
    (b"\\x00\\xff")
    ("abc")
(x: set)
    ({1, 2})
    (set())
    ({"b", "a", "ab"})
(x: set[int])
    ({3, 1, 2})
(x: list)
    ([])
    ([1, 2])
    ([[1], [2]])
    (["a", "a"])
(x: object)
    (1)
(x: list[Any])
    ([1, "a", b"b"])
(x: tuple[int, ...])
    ((1, 2, 3))
(x: int, y: str)
    (1, "a")
    (y="a", x=1)
    (1, y="a")
    (1)
    (1, "a", 2)
    (1, z=3)
    (1, "a") ignored=("y",)
    (1, "b") ignored=("y",)
    (1, "a") ignored=("x", "y")
    (1, "a") ignored=("nothing",)
    (1, "a") ignored=("x",)
(y: str, x: int)
    ("a", 1)
(x: int, y: str = "a", *, z: Optional[float] = None)
    (1)
    (1, "b", z=0.5)
    (1, z=None)
    (1, z=1)
(x: int = 3, y: list[int] = [1, 2], z: dict = {"b": 1, "a": 2})
    ()
    (4)
    (z={})
    (y=[])
(x: int = None)
    ()
    (1)
(x: str = None, y: int = 1)
    ()
    (y=2)
(x: Any = None)
    ()
    (1)
(x: list[int] = None, y: dict[str, None] = None)
    ()
(x: dict[str, None] = None)
    ()
(x: tuple[int, None] = None)
    ()
(x: float = 1)
    ()
    (2.0)
(exp: str, data: list[dict[str, float]], lr: float = 0.1)
    ("e1", [{"a": 1.0, "b": 2.5}]) ignored=("exp",)
    ("e2", [{"a": 1.0, "b": 2.5}]) ignored=("exp",)
    ("e1", [{"a": 1.0, "b": 2.5}], lr=1e-3) ignored=("exp",)
(when: datetime.datetime, every: datetime.timedelta = datetime.timedelta(hours=1))
    (datetime.datetime(2024, 2, 29, 12))
(x: tuple[int, str])
    ((1, "a"))
    ([1, "a"])
    ((1, "a", 2))
    ((1.0, "a"))
    (("1", "a"))
    ((True, "a"))
(x: tuple[float, bool])
    ((1.5, True))
    ((1, True))
    ((float("nan"), False))
    ((1e20, False))
    ((-0.0, False))
(x: tuple[list[int], dict[str, float], Optional[str]])
    (([1, 2], {"b": 1.5, "a": 2.0}, None))
    (([1, 2], {}, "é"))
(x: Pair)
    (Pair(1))
    (Pair(1, "b"))
    (Pair(left=2, right=""))
    ((1, "a"))
(x: Options)
    ({"depth": 1, "names": ["a"]})
    ({"depth": 1, "names": [], "label": "l"})
    ({"names": [], "depth": 1})
    ({"depth": 1})
    ({"depth": 1.5, "names": []})
    ({"depth": 1, "names": [], "more": 2})
(x: Point)
    (Point(1, 2.5))
    (Point(x=1, y=-0.0))
    (Point(1, 2))
    ({"x": 1, "y": 2.5})
    ({"x": 1})
    ({"x": 1, "y": 2})
    ({"x": 1, "y": 2.5, "z": 3})
(x: Nested)
    (Nested(Point(1, 2.0), [Point(3, 4.0)], {"b": Point(5, 6.0), "a": Point(7, 8.0)}))
    (Nested(Point(1, 2.0), [], {}, maybe=Point(0, 0.0), kind=Color.BLUE, either="e", anything=[1], day=datetime.date(900, 3, 1)))
(x: Bare)
    (Bare([1, {"b": 2, "a": 3}], {"b": 1, "a": [None]}))
(x: Settings)
    (Settings("a"))
    (Settings("a", rate=0.5, tags=["b", "c"], table={"z": 1, "a": 2}))
    (Settings("a", note="n", on=False))
(x: Optional[Settings] = None)
    ()
    (Settings("a"))
(x: list[Point])
    ([Point(1, 2.5), Point(3, 4.5)])
(x: Query)
    (Query(text="a"))
    (Query(text="a", max_rows=5, tags=["b"], weights={"z": 1.5, "a": 2.5}))
    (Query(text="é", maybe="b", exact=True))
    ({"text": "a"})
    ({"text": "a", "tags": ["b"], "more": 1})
    ({"max_rows": 1})
(x: list[Query])
    ([Query(text="a")])
(x: flyte.io.File)
    (None)
    ("s3://bucket/key")
"""

# What the names above stand for, as an analysis resolves them.
IMPORTS = {name: f"typing.{name}" for name in typing.__all__}
IMPORTS |= {name: name for name in ["collections", "datetime", "decimal", "flyte", "fractions", "io", "pathlib", "re"]}
IMPORTS |= {name: name for name in ["types", "typing", "uuid"]}


def main(folder: pathlib.Path, label: str) -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    signatures = [f"(x: {text})" for text in lines(TYPES)] + [f"() -> {text}" for text in lines(TYPES)[:40]]
    signatures += lines(SIGNATURES)
    cases = {"classes": {}, "signatures": [], "calls": []}
    answers = {"signatures": [], "calls": []}
    for text in signatures:
        forget()
        cases["signatures"].append({"text": text, "signature": describe_signature(text, cases["classes"])})
        answers["signatures"].append(answer(lambda: interface_hash(text)))
    for text in lines(CALLS):
        if not text.startswith(" "):
            signature = text
            continue
        forget()
        arguments, _, ignored = text.strip().partition(" ignored=")
        ignored = list(ast.literal_eval(ignored or "()"))
        described = {"text": f"{signature} <- {text.strip()}", "signature": describe_signature(signature, cases["classes"])}
        described |= {"ignored": ignored} | describe_arguments(arguments)
        cases["calls"].append(described)
        answers["calls"].append(answer(lambda: key(signature, arguments, ignored)))
    write(folder / "cases.json", cases)
    write(folder / f"answers-{label}.json", answers)


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def forget() -> None:
    """Empties the caches of `typing`: of equal types the first that was made would stand for all, whatever its order."""
    for cleanup in typing._cleanups:
        cleanup()


def write(path: pathlib.Path, content: dict) -> None:
    """A line a case, so that a change can be read."""
    parts = []
    for name, value in content.items():
        if isinstance(value, dict):
            items = [f"{json.dumps(key)}: {json.dumps(item, ensure_ascii=False)}" for key, item in value.items()]
            parts.append(f'"{name}": {{\n' + ",\n".join(items) + "\n}")
        else:
            items = [json.dumps(item, ensure_ascii=False) for item in value]
            parts.append(f'"{name}": [\n' + ",\n".join(items) + "\n]")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")


# What the SDK says.


def answer(ask: Callable[[], str]) -> str | dict:
    try:
        return ask()
    except Exception as error:
        # The whole message may hold addresses and representations of messages.
        return {"raises": type(error).__name__}


def interface_of(signature: str) -> NativeInterface:
    scope = dict(globals())
    code = compile(f"def task{signature}: ...", "<task>", "exec", flags=0, dont_inherit=True)
    exec(code, scope)
    return NativeInterface.from_callable(scope["task"])


def interface_hash(signature: str) -> str:
    return convert.generate_interface_hash(transform_native_to_typed_interface(interface_of(signature)))


def key(signature: str, arguments: str, ignored: list[str]) -> str:
    """The key that `LocalController.submit` computes for a call."""
    native = interface_of(signature)
    positional, keywords = eval(f"(lambda *args, **kwargs: (args, kwargs)){arguments}", dict(globals()))
    inputs = asyncio.run(convert.convert_from_native_to_inputs(native, *positional, **keywords))
    inputs_hash = convert.generate_inputs_hash_from_proto(inputs.proto_inputs)
    interface = transform_native_to_typed_interface(native)
    return convert.generate_cache_key_hash(TASK, inputs_hash, interface, VERSION, ignored, inputs.proto_inputs)


# The same, as an analysis would describe it.


def describe_signature(text: str, classes: dict) -> dict:
    arguments = ast.parse(f"def task{text}: ...").body[0]
    parameters = []
    given = arguments.args
    positional = given.posonlyargs + given.args
    defaults = [None] * (len(positional) - len(given.defaults)) + given.defaults
    for parameter, default in [*zip(positional, defaults), *zip(given.kwonlyargs, given.kw_defaults)]:
        described = describe_type(parameter.annotation, classes) if parameter.annotation else "unannotated"
        parameters.append({"name": parameter.arg, "type": described, "default": describe_default(default)})
    returns = arguments.returns and {"type": describe_type(arguments.returns, classes)}
    return {"parameters": parameters, "returns": returns}


def describe_default(node: ast.expr | None) -> dict | str:
    if node is None:
        return "required"
    if isinstance(node, ast.Call) and not ast.unparse(node).startswith("datetime."):
        return "hidden"
    return {"value": describe_value(eval(ast.unparse(node), dict(globals())))}


def describe_type(node: ast.expr, classes: dict) -> Any:
    match node:
        case ast.Constant(value=None):
            return "none"
        case ast.Constant(value=constant) if constant is ...:
            return "ellipsis"
        case ast.Constant(value=str(text)):
            return describe_type(ast.parse(text, mode="eval").body, classes)
        case ast.BinOp(op=ast.BitOr()):
            return {"or": [describe_type(node.left, classes), describe_type(node.right, classes)]}
        case ast.List():
            return {"parameters": [describe_type(item, classes) for item in node.elts]}
        case ast.Tuple():
            return {"several": [describe_type(item, classes) for item in node.elts]}
        case ast.Subscript():
            inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            origin = path_of(node.value)
            if origin == "typing.Literal":
                return {"choice": [describe_value(ast.literal_eval(item)) for item in inside]}
            if origin == "typing.Annotated":
                metadata = [describe_value(ast.literal_eval(item)) for item in inside[1:]]
                return {"annotated": [describe_type(inside[0], classes), metadata]}
            return {"generic": [origin, [describe_type(item, classes) for item in inside]]}
    text = ast.unparse(node)
    known = eval(text, globals())
    if isinstance(known, NewType):
        return {"opaque": str(known)}
    if isinstance(known, type) and known.__module__ == "__main__":
        classes.setdefault(known.__qualname__, None)
        classes[known.__qualname__] = classes[known.__qualname__] or describe_class(known, classes)
        return {"class": known.__qualname__}
    return {"name": path_of(node)}


def path_of(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{path_of(node.value)}.{node.attr}"
    return IMPORTS.get(node.id, node.id)


def describe_class(known: type, classes: dict) -> dict:
    described = {"module": known.__module__, "kind": "plain"}
    if issubclass(known, enum.Enum):
        members = [[member.name, describe_value(member.value)] for member in known]
        doc = ast.get_docstring(ast.parse(textwrap.dedent(inspect.getsource(known))).body[0], clean=False)
        return described | {"kind": "enum", "members": members, "integer": issubclass(known, enum.IntEnum), "doc": doc}
    for kind, holds in {
        "dataclass": dataclasses.is_dataclass(known),
        "model": issubclass(known, pydantic.BaseModel),
        "named_tuple": hasattr(known, "_fields"),
        "typed_dict": hasattr(known, "__total__"),
    }.items():
        if holds:
            body = ast.parse(inspect.getsource(known)).body[0]
            fields = [describe_field(node, kind, classes) for node in body.body if isinstance(node, ast.AnnAssign)]
            return described | {"kind": kind, "fields": fields, "doc": ast.get_docstring(body, clean=False)}
    return described


def describe_field(node: ast.AnnAssign, kind: str, classes: dict) -> dict:
    annotation, default = node.annotation, describe_default(node.value)
    if kind == "typed_dict" and isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "NotRequired":
        annotation, default = annotation.slice, "hidden"
    return {"name": node.target.id, "type": describe_type(annotation, classes), "default": default}


def describe_arguments(text: str) -> dict:
    call = ast.parse(f"f{text}", mode="eval").body
    value = lambda node: describe_value(eval(ast.unparse(node), dict(globals())))
    return {
        "positional": [value(node) for node in call.args],
        "keywords": [[keyword.arg, value(keyword.value)] for keyword in call.keywords],
    }


def describe_value(value: Any) -> Any:
    """A value for JSON; what is no literal is `unknown`, with its class."""
    match value:
        case None:
            return "none"
        case enum.Enum():
            return {"member": [type(value).__qualname__, value.name, describe_value(value.value)]}
        case bool():
            return {"bool": value}
        case int():
            return {"int": str(value)}
        case float():
            return {"float": struct.pack(">d", value).hex()}
        case str():
            return {"str": value}
        case bytes():
            return {"bytes": value.hex()}
        case datetime.datetime():
            midnight = datetime.datetime.combine(value.date(), datetime.time(), value.tzinfo)
            offset = None if value.tzinfo is None else microseconds(value.utcoffset())
            return {"datetime": [*date(value), microseconds(value - midnight), offset]}
        case datetime.date():
            return {"date": date(value)}
        case datetime.timedelta():
            return {"timedelta": str(microseconds(value))}
    if type(value) in (list, tuple, set):
        items = [describe_value(item) for item in value]
        # A set's order is not the same in each run.
        return {type(value).__name__: sorted(items, key=str) if isinstance(value, set) else items}
    if type(value) is dict:
        return {"dict": [[describe_value(key), describe_value(item)] for key, item in value.items()]}
    if dataclasses.is_dataclass(value):
        fields = [[field.name, describe_value(getattr(value, field.name))] for field in dataclasses.fields(value)]
        return {"object": [type(value).__qualname__, fields]}
    if isinstance(value, pydantic.BaseModel):
        return {"object": [type(value).__qualname__, [[name, describe_value(item)] for name, item in value]]}
    if hasattr(value, "_asdict"):
        fields = [[name, describe_value(item)] for name, item in value._asdict().items()]
        return {"object": [type(value).__qualname__, fields]}
    return {"unknown": type(value).__name__}


def date(value: datetime.date) -> list[int]:
    return [value.year, value.month, value.day]


def microseconds(duration: datetime.timedelta) -> int:
    return duration // datetime.timedelta(microseconds=1)


if __name__ == "__main__":
    minor = ".".join(map(str, sys.version_info[:2]))
    main(pathlib.Path(sys.argv[1]), *(sys.argv[2:] or [minor]))
