"""A method of one of the SDK's classes, replaced."""

import flyte

flyte.Cache.get_version = lambda self, parameters: "patched"
env = flyte.TaskEnvironment("patched-within", cache="auto")


@env.task
def one(x: int) -> int:  # tasklens: unknown ok
    return x
