"""Caches made from others."""

import copy
import dataclasses

import flyte

BASE = flyte.Cache("auto", salt="s")

env = flyte.TaskEnvironment(name="replaced")


@env.task(cache=dataclasses.replace(BASE, salt="t"))  # tasklens: unknown ok
def replaced(x: int) -> int:
    return x


@env.task(cache=copy.copy(BASE))  # tasklens: unknown ok
def copied(x: int) -> int:
    return x
