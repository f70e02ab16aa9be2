"""Without any `cache=`, a task is not cached; its identity is the auto version."""

import flyte

env = flyte.TaskEnvironment(name="default")


@env.task
def plain(x: int) -> int:
    return x


@env.task()
def called(x: int) -> int:
    return x
