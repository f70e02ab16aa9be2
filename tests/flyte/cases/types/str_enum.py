"""`StrEnum`, from Python 3.11 on."""

from enum import StrEnum, auto

import flyte

env = flyte.TaskEnvironment("str-enum", cache="auto")


try:
    pass
except* ValueError:  # syntax that Python 3.10 refuses
    pass


class Mode(StrEnum):
    FAST = auto()
    Slow = auto()
    OTHER = "other"


@env.task
def mode(a: Mode) -> Mode:
    return a
