"""An environment's second positional argument is not the cache."""

import flyte

env = flyte.TaskEnvironment("positional", [], None, "words")


@env.task
def task(x: int) -> int:
    return x
