import dataclasses
import typing as t
from enum import Enum

from pydantic import BaseModel

__all__ = ["Config", "Kind", "Names", "Pair"]

LIMIT = 7


class Kind(Enum):
    """Which one."""

    ONE = "one"
    TWO = "two"


@dataclasses.dataclass
class Config:
    name: str
    limit: int = LIMIT
    kind: Kind = Kind.ONE
    parts: t.List["Part"] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Part:
    x: int
    y: t.Optional[int] = None


class Item(BaseModel):
    kind: Kind
    config: t.Optional[Config] = None


class Hidden:
    pass


Names = t.Dict[str, t.List[str]]
Pair = t.Tuple[int, str]
