"""`StrEnum`, from Python 3.11 on."""

from enum import StrEnum, auto

import flyte

env = flyte.TaskEnvironment("str-enum", cache="auto")


class Mode(StrEnum):
    FAST = auto()
    Slow = auto()
    OTHER = "other"


@env.task
def mode(a: Mode) -> Mode:
    return a
