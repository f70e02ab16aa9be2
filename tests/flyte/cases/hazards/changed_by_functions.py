"""What a function changes that is called on the way."""

import flyte

SALT = "a"
env = flyte.TaskEnvironment("changed-by-functions", cache="auto")
other = flyte.TaskEnvironment("other", cache="auto")
CACHE = flyte.Cache("auto", salt="before")


def change():
    global SALT
    SALT = "b"
    env.cache = "disable"
    setattr(other, "cache", "disable")
    CACHE.salt = "after"


change()


@env.task
def one(x: int) -> int:  # tasklens: unknown ok
    return x


@other.task
def two(x: int) -> int:  # tasklens: unknown ok
    return x


@flyte.TaskEnvironment("third").task(cache=flyte.Cache("override", SALT))
def three(x: int) -> int:  # tasklens: unknown ok
    return x


@flyte.TaskEnvironment("fourth").task(cache=CACHE)
def four(x: int) -> int:  # tasklens: unknown ok
    return x
