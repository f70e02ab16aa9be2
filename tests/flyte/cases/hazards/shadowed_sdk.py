"""Names of the SDK that mean something else."""

import flyte
from flyte import Cache as Original


def Cache(word):
    return Original(word, salt="own")


class TaskEnvironment(flyte.TaskEnvironment):
    def __post_init__(self):
        self.cache = "override"
        super().__post_init__()


env = flyte.TaskEnvironment("shadowed-sdk")
own = TaskEnvironment("own-environment", cache="auto")


@env.task(cache=Cache("auto"))
def one(x: int) -> int:  # tasklens: unknown ok
    return x


@own.task
def two(x: int) -> int:  # tasklens: unknown ok
    return x
