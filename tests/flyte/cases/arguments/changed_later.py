"""An attribute that is set after the cache was made: the SDK takes the cache as it stands when it asks."""

import flyte

CACHE = flyte.Cache("auto", salt="before")

env = flyte.TaskEnvironment(name="changed-later", cache=CACHE)


@env.task
def task(x: int) -> int:  # tasklens: unknown ok
    return x


CACHE.salt = "after"
