"""Types that depend on conditions, or that aren't there."""

import os
import sys
from typing import TYPE_CHECKING, Optional

import flyte

try:
    from typing import Literal
except ImportError:
    from typing_extensions import Literal

try:
    from missing_library import Thing
except ImportError:
    Thing = None

if sys.version_info >= (3, 11):
    from typing import List
else:
    from typing import List

if TYPE_CHECKING:
    from datetime import datetime

env = flyte.TaskEnvironment("conditional", cache="auto")

if os.environ.get("NO_SUCH_VARIABLE"):
    Number = int
else:
    Number = float

Vector = list[int] if os.environ.get("NO_SUCH_VARIABLE") else list[float]


@env.task
def the_same_either_way(a: Literal["a", "b"], b: List[int]) -> Literal["x"]:
    return "x"


@env.task
def one_of_two(a: Number) -> int:
    # interface unknown ok: depends on the environment
    return 1


@env.task
def one_of_two_expressions(a: Vector) -> int:
    # interface unknown ok: depends on the environment
    return 1


@env.task
def none_in_its_place(a: Optional[Thing]) -> int:
    # interface unknown ok: depends on what is installed
    return 1


@env.task
def default_of_the_environment(a: int = os.environ.get("NO_SUCH_VARIABLE", 3)) -> int:
    # interface unknown ok: up to 3.10 a default of None counts
    return 1


def names():
    return int


@env.task
def called(a: names()) -> int:
    # interface unknown ok: a call
    return 1


@env.task
def subscripted(a: {"x": int}["x"]) -> int:
    # interface unknown ok: any expression
    return 1
