"""Versions that Python computes."""

import hashlib

import flyte

env = flyte.TaskEnvironment(name="computed")


def version() -> str:
    return "1.0"


@env.task(cache=flyte.Cache("override", version_override=version()))  # tasklens: unknown ok
def function(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("override", version_override=hashlib.md5(b"x").hexdigest()))  # tasklens: unknown ok
def digest(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("override", version_override="v%d" % 3))  # tasklens: unknown ok
def percent(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("override", version_override="v{}".format(3)))  # tasklens: unknown ok
def formatted(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("override", version_override=f"v{1 + 2}"))  # tasklens: unknown ok
def sum_in_f_string(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("override", version_override=".".join(["1", "2"])))  # tasklens: unknown ok
def joined(x: int) -> int:
    return x
