"""Arguments from a dictionary."""

import flyte

OPTIONS = {"behavior": "auto", "salt": "s", "serialize": True}

env = flyte.TaskEnvironment(name="dictionary")


@env.task(cache=flyte.Cache(**OPTIONS))  # tasklens: unknown ok
def named(x: int) -> int:
    return x


@env.task(cache=flyte.Cache(*("auto", "v2")))  # tasklens: unknown ok
def starred(x: int) -> int:
    return x


@env.task(**{"cache": "auto"})  # tasklens: unknown ok
def task_options(x: int) -> int:
    return x
