"""Policies of the project's own run Python."""

import flyte
from flyte._cache import FunctionBodyPolicy
from flyte._cache.cache import VersionParameters


class DatasetVersionPolicy:
    def get_version(self, salt: str, params: VersionParameters) -> str:
        return "dataset-3" + salt


class Wrapped(FunctionBodyPolicy):
    def get_version(self, salt: str, params: VersionParameters) -> str:
        return super().get_version(salt + "x", params)


class Renamed(FunctionBodyPolicy):
    pass


env = flyte.TaskEnvironment(name="custom")


@env.task(cache=flyte.Cache("auto", policies=[DatasetVersionPolicy()]))  # tasklens: unknown ok
def alone(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", policies=DatasetVersionPolicy()))  # tasklens: unknown ok
def single(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", policies=[FunctionBodyPolicy(), DatasetVersionPolicy()]))  # tasklens: unknown ok
def both(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", policies=[Wrapped()]))  # tasklens: unknown ok
def wrapped(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", policies=[Renamed()]))  # tasklens: unknown ok
def renamed(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", "1.0", policies=[DatasetVersionPolicy()]))
def pinned(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("disable", policies=[DatasetVersionPolicy()]))
def disabled(x: int) -> int:
    return x
