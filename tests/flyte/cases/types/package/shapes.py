from __future__ import annotations

import dataclasses
import enum
from typing import NewType, Optional


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Thing:
    pass


class Stranger:
    class Inner:
        pass


@dataclasses.dataclass
class Point:
    x: int
    color: Color = Color.RED
    other: Optional[Color] = None


Vector = list[float]
Key = NewType("Key", str)
