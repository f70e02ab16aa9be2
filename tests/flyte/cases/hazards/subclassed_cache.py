"""A `Cache` of the project's own."""

from dataclasses import dataclass

import flyte


@dataclass
class Cache(flyte.Cache):
    salt: str = "own"


class Methods(flyte.Cache):
    def get_version(self, params=None) -> str:
        return "own"


env = flyte.TaskEnvironment("subclassed-cache", cache=Cache("auto"))


@env.task
def one(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=Methods("auto"))
def two(x: int) -> int:  # tasklens: unknown ok
    return x
