from typing import TYPE_CHECKING

import flyte

if TYPE_CHECKING:
    from collections.abc import Sequence

env = flyte.TaskEnvironment(name="type-checking", cache="auto")


@env.task
def task(x: int) -> int:
    if TYPE_CHECKING:
        y: Sequence[int]
    return x
