"""Enumerations."""

import enum
from enum import Enum, IntEnum, auto, unique
from typing import Optional

import flyte

env = flyte.TaskEnvironment("enumerations", cache="auto")

PREFIX = "pre"


class Color(Enum):
    RED = "red"
    BLUE = "blue"
    CRIMSON = "red"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Counted(IntEnum):
    ONE = auto()
    TWO = auto()
    TEN = 10
    ELEVEN = auto()


class Mode(str, enum.Enum):
    """How."""

    FAST = "fast"
    SLOW = "slow"

    @property
    def is_fast(self) -> bool:
        return self is Mode.FAST

    def __str__(self) -> str:
        return self.value


@unique
class Unique(Enum):
    A = "a"
    B = "b"


class Base(str, Enum):
    def shout(self) -> str:
        return self.upper()


class Derived(Base):
    X = "x"
    Y = "y"


class Mixed(Enum):
    TEXT = "t"
    NUMBER = 1
    PAIR = (1, 2)
    NOTHING = None


class Chained(Enum):
    A = B = "a"
    C = "c"


class Constants(Enum):
    FIRST = PREFIX
    SECOND = PREFIX + "-2"


class Numbers(Enum):
    ONE = 1


class Automatic(Enum):
    ONE = auto()


class Empty(Enum):
    pass


class Ints(int, Enum):
    ONE = 1


class Outer:
    class Inner(Enum):
        A = "a"


class Slow(Enum):
    A = str(object())


class Described(Enum):
    A = "a"
    B: str = "b"

    @classmethod
    def default(cls) -> "Described":
        return cls.A


class Initialised(Enum):
    A = ("a", 1)

    def __init__(self, text, number):
        self._value_ = text


@env.task
def color(a: Color, b: Optional[Color] = None, c: list[Color] = []) -> Color:
    return a


@env.task
def with_default(a: Color = Color.BLUE, b: Mode = Mode.FAST) -> Mode:
    return b


@env.task
def numbers(a: Level, b: Counted) -> Level:
    return a


@env.task
def mode(a: Mode, b: "Mode", c: Mode | None) -> dict[str, Mode]:
    return {}


@env.task
def unique_values(a: Unique, b: Derived, c: Mixed, d: Chained, e: Constants) -> Unique:
    return a


@env.task
def refused(a: Numbers) -> int:
    return 1


@env.task
def refused_automatic(a: Automatic) -> int:
    return 1


@env.task
def refused_empty(a: Empty) -> int:
    return 1


@env.task
def refused_ints(a: Ints) -> int:
    return 1


@env.task
def nested(a: Outer.Inner, b: Described) -> Outer.Inner:
    return a


@env.task
def computed(a: Slow) -> int:
    # interface unknown ok: a call makes the value
    return 1


@env.task
def initialised(a: Initialised) -> int:
    # interface unknown ok: its constructor sets the value
    return 1


@env.task
def in_sets(a: set[Color]) -> int:
    # interface unknown ok: the module may be __main__
    return 1
