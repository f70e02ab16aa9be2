"""The task's cache, else the environment's; nothing of the two is mixed."""

import flyte

env = flyte.TaskEnvironment(
    name="precedence",
    cache=flyte.Cache("auto", salt="environment", ignored_inputs=("debug",), serialize=True, max_age=60),
)


@env.task
def inherits(x: int, debug: bool) -> int:
    return x


@env.task(cache="auto")
def auto(x: int, debug: bool) -> int:
    return x


@env.task(cache="disable")
def disable(x: int, debug: bool) -> int:
    return x


@env.task(cache=flyte.Cache("override", version_override="1"))
def pinned(x: int, debug: bool) -> int:
    return x
