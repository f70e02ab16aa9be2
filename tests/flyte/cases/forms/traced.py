"""`flyte.trace` on helpers, and under a task."""

import flyte

env = flyte.TaskEnvironment(name="traced", cache="auto")


@flyte.trace
async def helper(x: int) -> int:
    return x


@env.task
async def task(x: int) -> int:
    return await helper(x)


@env.task
@flyte.trace
async def traced(x: int) -> int:
    return x
