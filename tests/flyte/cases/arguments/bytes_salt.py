"""A salt that is no text fails when the version is asked for."""

import flyte

env = flyte.TaskEnvironment("bytes")


@env.task(cache=flyte.Cache("auto", salt=b"s"))
def task(x: int) -> int:  # tasklens: unknown ok
    return x
