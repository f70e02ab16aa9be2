"""`"Auto"` is no word and no alias: the import raises."""

import flyte

env = flyte.TaskEnvironment(name="capitalised")


@env.task(cache="Auto")
def task(x: int) -> int:
    return x
