"""A constant of another module, set from here before it is used."""

import envs
import flyte

envs.SALT = "set"


@envs.env.task(cache=flyte.Cache("override", envs.SALT))
def task(x: int) -> int:  # tasklens: unknown ok
    return x
