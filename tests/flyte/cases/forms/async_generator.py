from typing import AsyncIterator

import flyte

env = flyte.TaskEnvironment("generators", cache="auto")


@env.task
async def task(x: int) -> list[int]:
    async def numbers() -> AsyncIterator[int]:
        for i in range(x):
            yield i

    return [number async for number in numbers()]
