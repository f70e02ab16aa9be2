"""An environment that is handed to a function."""

import flyte


def define(env):
    @env.task
    def inner(x: int) -> int:  # tasklens: unknown ok
        return x

    return inner


task = define(flyte.TaskEnvironment("parameter", cache="auto"))
