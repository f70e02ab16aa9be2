from dataclasses import dataclass

import flyte


class Settings:
    SALT = "s"
    CACHE = flyte.Cache("auto", salt=SALT)


@dataclass
class Typed:
    version: str = "1"


typed = Typed()
env = flyte.TaskEnvironment("class-constants", cache=Settings.CACHE)


@env.task
def one(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", salt=Settings.SALT))
def two(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("override", Typed.version))
def three(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("override", typed.version))
def four(x: int) -> int:  # tasklens: unknown ok
    return x
