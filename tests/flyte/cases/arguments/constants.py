"""Caches and their parts in constants."""

import flyte

VERSION = "2024.1"
SALT = "pepper"
WORD = "auto"
IGNORED = ("debug", "run_id")
SHARED = flyte.Cache("auto", salt=SALT)
PINNED: flyte.Cache = flyte.Cache(behavior="override", version_override=VERSION)

env = flyte.TaskEnvironment(name="constants", cache=SHARED)


@env.task
def shared(x: int) -> int:
    return x


@env.task(cache=PINNED)
def pinned(x: int) -> int:
    return x


@env.task(cache=WORD)
def word(x: int) -> int:
    return x


@env.task(cache=flyte.Cache(WORD, ignored_inputs=IGNORED, version_override=f"{VERSION}-{SALT}"))
def built(x: int, debug: bool, run_id: str) -> int:
    return x


@env.task(cache=flyte.Cache("auto", version_override=VERSION + ".1", salt="a" "b"))
def joined(x: int) -> int:
    return x
