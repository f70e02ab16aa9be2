"""Attributes of classes that are set again."""

import flyte


class Settings:
    salt = "one"
    kept = "kept"


Settings.salt = "two"
env = flyte.TaskEnvironment("classes-changed")


@env.task(cache=flyte.Cache("auto", salt=Settings.salt))
def one(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=flyte.Cache("auto", salt=Settings.kept))
def two(x: int) -> int:
    return x
