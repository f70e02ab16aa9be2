import enum

import flyte


class Mode(str, enum.Enum):
    AUTO = "auto"
    OFF = "disable"


env = flyte.TaskEnvironment("enumeration")


@env.task(cache=Mode.OFF.value)
def value(x: int) -> int:  # tasklens: unknown ok
    return x
