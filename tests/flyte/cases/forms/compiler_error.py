"""A file that parses, but does not compile."""

import flyte

env = flyte.TaskEnvironment("error", cache="auto")


@env.task
def task(x: int) -> int:
    return x


return 1
