"""Salts: hashed with the body, and with nothing else."""

import flyte

env = flyte.TaskEnvironment(name="salt", cache=flyte.Cache("auto", salt="from-environment"))


@env.task
def environment(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", salt="v2"))
def task(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", salt="sél😀\n"))
def unicode(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", salt=""))
def empty(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("override", salt="v2"))
def override(x: int) -> int:
    return x


@env.task(cache="auto")
def word(x: int) -> int:
    return x
