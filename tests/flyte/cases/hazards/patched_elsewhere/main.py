"""A constant that a third module sets; another that it leaves alone."""

import overrides  # noqa: F401
import flyte
from config import KEPT, SALT

env = flyte.TaskEnvironment("patched-elsewhere")


@env.task(cache=flyte.Cache("auto", salt=SALT))
def one(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=flyte.Cache("auto", salt=KEPT))
def two(x: int) -> int:
    return x
