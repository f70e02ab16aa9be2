from __future__ import annotations

from flyte import (
    Image,
    TaskEnvironment,
)

RAN = []
env = TaskEnvironment("import_list", cache="auto")


@env.task
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
