"""Names for types."""

from typing import Any, Callable, Dict, List, NewType, Optional, TypeVar, Union

import flyte
from flyte.io import Dir, File
from typing_extensions import TypeAlias

env = flyte.TaskEnvironment("aliases", cache="auto")

Vector = list[float]
Matrix = List[Vector]
Maybe = Optional[int]
Number = Union[int, float]
Either = int | str
Names: TypeAlias = Dict[str, str]
Json = Dict[str, Any]
Handler = Callable[[int], str]
Integer = int
Place = File
T = TypeVar("T")
Bound = TypeVar("Bound", bound=int)
UserId = NewType("UserId", int)
if True:
    Sure = int
Pair = tuple[int, str]


class Holder:
    Inner = list[int]


@env.task
def vectors(a: Vector, b: Matrix, c: Optional[Vector] = None) -> Matrix:
    return []


@env.task
def unions(a: Maybe, b: Number, c: Either, d: Optional[Number], e: list[Either]) -> Number:
    return 1


@env.task
def named(a: Names, b: Json, c: Handler, d: Integer, e: Place) -> Names:
    return {}


@env.task
def variables(a: T, b: List[T], c: Bound) -> T:
    return a


@env.task
def new_type(a: UserId) -> int:
    # interface unknown ok: the module may be __main__
    return 1


@env.task
def sure(a: Sure, b: Pair) -> Pair:
    return 1, ""


@env.task
def of_a_class(a: Holder.Inner) -> int:
    return 1


@env.task
def twice_removed(a: "Vector", b: "Optional[Matrix]", c: Dict[str, Maybe]) -> int:
    return 1


int_ = int
str, text = int, str


@env.task
def shadowed(a: str, b: text, c: int_) -> str:
    return 1


class list:  # noqa: A001
    pass


@env.task
def shadowed_by_a_class(a: list) -> int:
    # interface unknown ok: a class of this file, that is pickled
    return 1
