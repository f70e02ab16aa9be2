"""Arguments from a dictionary."""

import flyte

COMMON = {"cache": "auto", "description": "d"}

env = flyte.TaskEnvironment("keywords", **COMMON)


@env.task
def task(x: int) -> int:  # tasklens: unknown ok
    return x
