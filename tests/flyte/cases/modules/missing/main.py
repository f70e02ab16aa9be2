"""An import that fails: no task comes to be."""

from no_such_module_anywhere import env

import flyte  # noqa: F401


@env.task
def task(x: int) -> int:
    return x
