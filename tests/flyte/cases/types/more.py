"""More of what signatures hold."""

import datetime
import typing
from typing import *
from typing import Annotated, Literal

import flyte
from flyte import io
from flyte.io import File

env = flyte.TaskEnvironment("more", cache="auto")


@env.task
def starred(a: Optional[int], b: List[str]) -> Dict[str, int]:
    # interface unknown ok: which names a star brings out of the library
    return {}


@env.task
def module_of_the_sdk(a: io.File, b: io.Dir) -> io.File:
    return a


@env.task
def documented(a: Annotated[int, "how many"], b: Annotated[str, "whose", "name"] = "x") -> Annotated[float, "how much"]:
    return 1.0


@env.task
def literals(a: Literal["a"], b: Literal["x-y", "z w"], c: Literal["A", "a"]) -> tuple[Literal["p", "q"], int]:
    ...


@env.task
def optional_literal(a: typing.Optional[Literal["a", "b"]] = None) -> int:
    return 1


@env.task
def numbers(a: int = 10_000, b: float = 1e-4, c: int = 0x10, d: float = -0.5, e: int = 2**10) -> int:
    return 1


@env.task
def texts(a: str = "é", b: str = r"\d", c: str = "a" "b", d: bytes = b"x", e: str = f"x") -> int:
    return 1


@env.task
def containers(a: list[int] = [1, 2], b: dict[str, int] = {"a": 1}, c: tuple[int, str] = (1, "a"), d: set[int] = {1}) -> int:
    return 1


@env.task
def moments(a: datetime.datetime = datetime.datetime(2024, 1, 1), b: datetime.timedelta = datetime.timedelta(days=1)) -> int:
    return 1


@env.task
def files_in_unions(a: File | str, b: typing.Union[File, typing.List[File]], c: File | None = None) -> File | None:
    return None


@env.task
def nested_tuples(a: tuple[tuple[int, int], str], b: list[tuple[str, int]], c: dict[str, tuple[int, int]]) -> list[tuple[int, str]]:
    return []


@env.task
def optional_tuple(a: typing.Optional[typing.Tuple[int, int]] = None) -> typing.Optional[int]:
    return None


@env.task
def a_type(a: typing.Type[int], b: type[int], c: typing.Type) -> int:
    return 1


@env.task
def hashables(a: typing.Hashable, b: typing.Sized) -> int:
    return 1


@env.task
def awaitables(a: typing.Awaitable[int], b: typing.Coroutine[typing.Any, typing.Any, int]) -> int:
    return 1


@env.task
def deques(a: typing.Deque[int], b: typing.DefaultDict[str, int], c: typing.OrderedDict[str, int], d: typing.Counter[str]) -> int:
    return 1


@env.task
def text(a: typing.Text, b: typing.List[typing.Text]) -> typing.Text:
    return a


@env.task
def never() -> typing.NoReturn:
    raise SystemExit


@env.task
def any_list(a: list[typing.Any], b: typing.List, c: dict[str, list]) -> int:
    return 1


@env.task
def sequence(a: typing.Sequence[str], b: typing.Iterable[int], c: typing.Mapping[str, typing.Any]) -> int:
    return 1


@env.task
async def stream(a: int) -> typing.AsyncGenerator[int, None]:
    return 1


@env.task(cache=flyte.Cache("auto", ignored_inputs=("b",)))
def ignored(a: int, b: typing.Optional[str] = None) -> int:
    return a


@env.task
def one_of_many(a: int | float | str | bool | None, b: typing.Union[int, typing.List[int], typing.Dict[str, int]]) -> int:
    return 1


@env.task
def returns_list() -> typing.List[typing.Dict[str, typing.Any]]:
    return []


@env.task
def returns_bool(a: str, *, strict: bool = False) -> bool:
    return strict
