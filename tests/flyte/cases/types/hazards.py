"""What looks like one thing and is another."""

import enum
from dataclasses import dataclass
from typing import List, Literal, Optional

import flyte
import forward
from pydantic import BaseModel

env = flyte.TaskEnvironment("hazards", cache="auto")


class Commented(BaseModel):
    a: int
    """What a is, not the class."""
    b: str = "x"


class Holder(BaseModel):
    one: Commented
    many: List[Commented] = []


@dataclass
class Item:
    b: str


@dataclass
class Base:
    a: int = 1


@dataclass
class Derived(Base):
    a: int


@dataclass
class Patched:
    a: int = 1


Patched.a = 5
Alias = int


@dataclass
class UsesAlias:
    a: Alias


Alias = str


class Ordered(enum.Enum):
    C = "c"
    ONE = 1
    TRUE = True


@env.task
def commented(a: Commented, b: Holder) -> Commented:
    return a


@env.task
def item_of_this_file(a: List["Item"]) -> int:
    # interface unknown ok: the text means what it did in the module that made it first
    return 1


@env.task
def another_item(a: "List[Item]") -> int:
    return 1


@env.task
def derived(a: Derived) -> int:
    # interface unknown ok: the default is the base's
    return 1


@env.task
def patched(a: Patched) -> int:
    # interface unknown ok: set from outside
    return 1


@env.task
def alias(a: UsesAlias, b: Alias) -> int:
    return 1


@env.task
def ordered(a: Ordered) -> int:
    return 1


@env.task
def of_the_library(a: Optional[Literal["current", "latest"]]) -> int:
    # interface unknown ok: the SDK makes it in another order
    return 1
