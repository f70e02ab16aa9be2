"""Gather, map, partial, comprehensions and loops over what is known."""

import asyncio
import functools
from functools import partial

import flyte

env = flyte.TaskEnvironment("loops", cache="auto")

LISTED = [1, 2, 3]
RATES = (0.1, 0.01)
GRID = {"a": [1, 2], "b": [3]}
CONFIGS = [{"lr": 0.1}, {"lr": 0.2, "wd": 1e-4}]
WORDS = "x y z".split(" ")


@env.task
async def one(x: int) -> int:
    return 0


@env.task
async def two(a: int, b: int = 0) -> int:
    return 0


@env.task
async def three(a: int, b: str, c: float) -> int:
    return 0


@env.task
async def config(c: dict[str, float]) -> int:
    return 0


@env.task
async def named(name: str, values: list[int]) -> int:
    return 0


@env.task
def sync(x: int, y: int = 1) -> int:
    return 0


@env.task(cache="disable")
async def gather() -> int:
    await asyncio.gather(one(1), one(2))
    await asyncio.gather(*[one(i) for i in range(10, 13)])
    await asyncio.gather(*[one(i) for i in LISTED])
    await asyncio.gather(*(two(i, j) for i in [1, 2] for j in (i, 10)))
    await asyncio.gather(*[two(i, b=i * i) for i in range(20, 25) if i % 2 == 0])
    await asyncio.gather(*[three(i, w, r) for i, (w, r) in enumerate(zip(WORDS, RATES))])
    await asyncio.gather(*[config(c) for c in CONFIGS])
    await asyncio.gather(*[named(k, v) for k, v in GRID.items()])
    await asyncio.gather(*[named(k, GRID[k]) for k in GRID])
    coros = [two(i) for i in [100, 101]]
    await asyncio.gather(*coros)
    handle = asyncio.create_task(one(200))
    await handle
    return 0


@env.task(cache="disable")
async def loops(n: int) -> int:
    for i in [30, 31]:
        await one(i)
    for i in range(32, 40, 3):
        await one(x=i)
    for k, v in GRID.items():
        await named(k, v)
    for i in (40, 41):
        for j in [i, i + 1]:
            await two(i, j)
    for name in "ab":
        await named(name, [1])
    for i, rate in enumerate(RATES, 5):
        await three(i, "w", rate)  # tasklens: unknown ok
    for i, rate in enumerate(RATES):
        await three(i, f"r{i}", rate)
    for i in range(n):
        await two(i, 50)  # tasklens: unknown ok
    for c in CONFIGS:
        await config(c)
    for i in reversed([60, 61]):
        await one(i)
    for i in [70, 71]:
        i = 72
        await one(i)
    for i in [80, 81, 82]:
        if i == 81:
            continue
        await two(i + 1000)  # tasklens: unknown ok (the loop skips rounds)
    await one(i)  # tasklens: unknown ok
    return 0


@env.task(cache="disable")
async def mapped() -> int:
    async for _ in flyte.map.aio(one, [300, 301]):
        pass
    async for _ in flyte.map.aio(two, [1, 2, 3], [300, 301]):
        pass
    async for _ in flyte.map.aio(one, LISTED, group_name="g", concurrency=2):
        pass
    async for _ in flyte.map.aio(one, range(302, 304)):
        pass
    async for _ in flyte.map.aio(partial(two, 7), [310, 311]):
        pass
    async for _ in flyte.map.aio(functools.partial(two, b=320), [1, 2]):
        pass
    fixed = partial(three, b="w", c=0.5)
    async for _ in flyte.map.aio(fixed, [330, 331]):
        pass
    async for _ in flyte.map.aio(partial(partial(three, 340), "w"), RATES):
        pass
    async for _ in flyte.map.aio(named, ["a", "b"], [[1], [2, 3]]):
        pass
    async for _ in flyte.map.aio(named, WORDS, [[i] for i in LISTED]):
        pass
    async for _ in flyte.map.aio(config, CONFIGS):
        pass
    async for _ in flyte.map.aio(one, []):
        pass
    async for _ in flyte.map.aio(one, (i + 350 for i in range(2))):
        pass
    bound = partial(two, 360)
    await bound(1)
    await bound(b=2)
    await partial(two, b=3)(361)
    return 0


@env.task(cache="disable")
def blocking() -> int:
    sync(400)
    sync(401, 2)
    sync(x=402, y=3)
    list(flyte.map(sync, [403, 404]))
    list(flyte.map(partial(sync, y=9), [405]))
    for result in flyte.map(sync, LISTED, [7, 8, 9]):
        print(result)
    results = [sync(i) for i in (410, 411)]
    return len(results)


@env.task(cache="disable")
async def to_sync() -> int:
    await sync.aio(500)
    await asyncio.gather(*[sync.aio(i, y=2) for i in (501, 502)])
    return 0


async def helper(x: int) -> int:
    await one(600)
    await two(x, 600)  # tasklens: unknown ok
    return 0


@env.task(cache="disable")
async def by_helper() -> int:
    return await helper(3)


async def amain() -> None:
    await flyte.run.aio(one, 700)
    await flyte.with_runcontext(mode="local").run.aio(two, 701, b=5)
    for x in [702, 703]:
        await flyte.run.aio(one, x)
    await one(704)


if __name__ == "__main__":
    flyte.run(gather)
    flyte.run(loops, 2)
    flyte.run(mapped)
    flyte.run(blocking)
    flyte.run(to_sync)
    flyte.run(by_helper)
    asyncio.run(amain())
    for value in range(3):
        flyte.run(two, value, 800)
    [flyte.run(one, x=v) for v in (810, 811)]
    kept = 820
    flyte.run(one, kept)
