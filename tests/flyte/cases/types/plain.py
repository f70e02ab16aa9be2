"""Types of the language and its library, by every way of importing them."""

import collections
import collections.abc
import datetime
import datetime as dt
import decimal
import io
import pathlib
import re
import types
import typing
import typing as t
import uuid
from collections import OrderedDict, defaultdict
from collections.abc import Callable as Function
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from datetime import datetime as moment
from pathlib import Path
from typing import Any, Callable, Dict, List, Literal, Optional, Set, Tuple, Union
from typing import Optional as Opt

import flyte
import flyte.io
import flyte.io as fio
from flyte.io import DataFrame, Dir, File
from flyte.io import File as F
from typing_extensions import Annotated
from typing_extensions import List as ExtendedList

env = flyte.TaskEnvironment("plain", cache="auto")


@env.task
async def scalars(a: int, b: float, c: str, d: bool, e: bytes) -> int:
    return 1


@env.task
async def nothing():
    pass


@env.task
async def returns_none(a: None) -> None:
    pass


@env.task
def unannotated(a, b=1):
    return a


@env.task
def times(a: datetime.datetime, b: dt.date, c: timedelta, d: moment, e: date) -> dt.timedelta:
    return c


@env.task
def lists(a: list[int], b: List[str], c: list[list[float]], d: ExtendedList[int], e: t.List[Any]) -> list[str]:
    return []


@env.task
def dicts(a: dict[str, int], b: Dict[str, float], c: dict[int, str], d: dict, e: typing.Dict[str, Any]) -> dict:
    return {}


@env.task
def bare(a: list, b: tuple, c: set, d: frozenset, e: type, f: object) -> list:
    return []


@env.task
def optionals(a: Optional[int], b: Opt[str], c: t.Optional[float], d: typing.Optional[list[int]] = None) -> Optional[int]:
    return None


@env.task
def unions(a: Union[int, str], b: int | str | None, c: None | int, d: Union[int, None, float]) -> int | float:
    return 1


@env.task
def nested(a: list[Optional[int]], b: dict[str, int | None], c: Optional[List[Optional[str]]]) -> list[int | str]:
    return []


@env.task
def defaults(a: int = 3, b: float = 0.5, c: str = "x", d: bool = True, e: Optional[int] = None, f: int = -1) -> int:
    return 1


@env.task
def none_for_int(a: int = None, b: str = None, c: list[int] = None) -> int:
    return 1


@env.task
def none_for_any(a: Any = None, b: Literal["x"] = None) -> int:
    return 1


@env.task
def keyword_only(a: int, /, b: int, *, c: int = 1) -> int:
    return 1


@env.task
def choices(a: Literal["a", "b"], b: Literal[1, 2], c: Literal["only"] = "only") -> Literal["x", "y"]:
    return "x"


@env.task
def nested_choices(a: list[Literal["a", "b"]], b: Literal["a", Literal["b", "a"]], c: t.Literal[None, "a"]) -> int:
    return 1


@env.task
def annotated(a: Annotated[int, "meta"], b: typing.Annotated[list[int], 1, "m"], c: Annotated[bytes, "m"]) -> int:
    return 1


@env.task
def pair() -> tuple[int, str]:
    return 1, ""


@env.task
def three() -> Tuple[int, Optional[str], List[float]]:
    return 1, "", []


@env.task
def as_tuple() -> (int, str):
    return 1, ""


@env.task
def tuples(a: tuple[int, str], b: Tuple[int, float], c: tuple[int, ...]) -> int:
    return 1


@env.task
def files(a: File, b: Dir, c: DataFrame, d: flyte.io.File, e: fio.Dir, f: F) -> File:
    return a


@env.task
def more_files(a: list[File], b: dict[str, Dir], c: Optional[File], d: File | None) -> tuple[File, Dir]:
    return a, b


@env.task
def functions(a: Callable[[int, str], bool], b: Callable[..., int], c: Callable, d: Function[[], None]) -> int:
    return 1


@env.task
def collections_of(a: Sequence[int], b: Mapping[str, int], c: Iterable[str], d: collections.abc.Sequence[int]) -> int:
    return 1


@env.task
def sets(a: set[int], b: Set[str], c: frozenset[int], d: typing.FrozenSet[str]) -> set[int]:
    return set()


@env.task
def subclasses_of_dict(a: OrderedDict, b: defaultdict, c: collections.Counter) -> int:
    return 1


@env.task
def library(a: Path, b: pathlib.Path, c: decimal.Decimal, d: uuid.UUID, e: io.BytesIO, f: re.Pattern) -> Path:
    return a


@env.task
def more_library(a: types.SimpleNamespace, b: datetime.time, c: collections.deque, d: collections.deque[int]) -> int:
    return 1


@env.task
def anything(a: Any, b: t.Any) -> Any:
    return a


@env.task
def built_in_functions(a: any, b: callable) -> int:
    return 1


@env.task
def complex_types(a: complex, b: bytearray, c: range, d: memoryview, e: slice) -> int:
    return 1


@env.task
def errors(a: Exception, b: ValueError) -> int:
    return 1


@env.task
def deep(a: dict[str, list[dict[str, Optional[list[int]]]]]) -> dict[str, dict[str, list[float]]]:
    return {}


@env.task
def generators(a: typing.Iterator[int], b: typing.Generator[int, None, None], c: typing.AsyncIterator[str]) -> int:
    return 1


@env.task
def one_in_union(a: Union[int], b: Optional[Optional[int]], c: Union[int, int]) -> int:
    return 1


@env.task
def many(größe: int, Z: int, a_b: int, aa: int, a: int, _x: int) -> int:
    return 1


@env.task
def trailing(a: list[int,], b: tuple[int, str,], c: Dict[str, int,]) -> int:
    return 1


@env.task
def in_parentheses(a: (int), b: (int | None), c: dict[(str, int)]) -> (list[int]):
    return []
