from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Optional

import flyte
from pydantic import BaseModel

env = flyte.TaskEnvironment("future-scopes", cache="auto")


class Outer(BaseModel):
    later: Optional[Later] = None


class Later(BaseModel):
    a: int


def make():
    from typing import Dict as List

    @env.task
    def local(a: List[int]) -> int:
        # interface unknown ok: text does not see the function's names
        return 1

    return local


local = make()


@env.task
def later(a: Later, b: List[Later]) -> int:
    return 1


@env.task
def outer(a: Outer) -> int:
    return 1


@dataclass
class Dated:
    date: Optional[int] = None


@env.task
def dated(a: Dated, b: Dict[str, Dated]) -> Dated:
    return a
