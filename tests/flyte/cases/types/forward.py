"""A class that another module has too."""

from dataclasses import dataclass
from typing import List

import flyte

env = flyte.TaskEnvironment("forward", cache="auto")


@dataclass
class Item:
    a: int


@env.task
def item(a: List["Item"]) -> int:
    # interface unknown ok: another module says the same of another class
    return 1
