"""`env.task` called with a function."""

import flyte

env = flyte.TaskEnvironment(name="called", cache="auto")


def plain(x: int) -> int:
    return x


def with_arguments(x: int) -> int:
    return x


async def other(x: int) -> int:
    return x


task = env.task(plain)
pinned = env.task(cache=flyte.Cache("override", "1"))(with_arguments)
for_other = env.task()(other)
