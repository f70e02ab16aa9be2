"""An attribute of a module that is imported, set from here."""

import envs

envs.env.cache = "disable"


@envs.env.task
def task(x: int) -> int:  # tasklens: unknown ok
    return x
