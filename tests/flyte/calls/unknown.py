"""Calls of which something is known at run time only: an answer here would be a guess, and most of them a wrong one."""

import os
import random

import flyte

env = flyte.TaskEnvironment("unknown", cache="auto")

CHANGED = [1]
ALIASED = [1]
OTHER = ALIASED
OTHER.append(2)
NESTED = {"a": [1]}
NESTED["a"].append(2)
TWICE = 1
if os.sep:
    TWICE = 2
COUNT = 0


def grow() -> None:
    global COUNT
    COUNT += 1
    CHANGED.append(2)


def keep(x: list[int]) -> list[int]:
    x.append(5)
    return x


GIVEN = [1]
keep(GIVEN)


@env.task
async def i(x: int) -> int:
    return 0


@env.task
async def li(x: list[int]) -> int:
    return 0


@env.task
async def dl(x: dict[str, list[int]]) -> int:
    return 0


@env.task(cache="disable")
async def main(n: int) -> int:
    await li(CHANGED)  # tasklens: unknown ok
    await li(ALIASED)  # tasklens: unknown ok
    await li(OTHER)  # tasklens: unknown ok
    await dl(NESTED)  # tasklens: unknown ok
    await li(GIVEN)  # tasklens: unknown ok
    await i(TWICE)  # tasklens: unknown ok
    await i(COUNT)  # tasklens: unknown ok
    await i(n)  # tasklens: unknown ok
    await i(await i(1))  # tasklens: unknown ok
    await i(random.randint(50, 60))  # tasklens: unknown ok
    await i(int(os.environ.get("NUMBER", "7")))  # tasklens: unknown ok
    local = [1, 2]
    local.append(3)
    await li(local)  # tasklens: unknown ok
    total = 0
    for k in [1, 2]:
        total += k
    await i(total)  # tasklens: unknown ok
    for k in [21, 22]:
        if k > 21:
            await i(late)  # tasklens: unknown ok
        late = k
    for k in [31, 32]:
        if k > 31:
            value = k
        else:
            value = 0
        await i(value)  # tasklens: unknown ok
    rows = [[1], [2]]
    for row in rows:
        row.append(9)
        await li(row)  # tasklens: unknown ok
    await i((w := 41))  # tasklens: unknown ok
    await i(w)  # tasklens: unknown ok
    m = 1
    while (m := m + 1) < 4:
        await i(m)  # tasklens: unknown ok
    try:
        t = 51
    finally:
        await i(t)
    await li([x for x in (y for y in [61, 62])])
    pair = [71, 72]
    first, second = pair
    await i(first)  # tasklens: unknown ok
    swap, other = 73, 74
    swap, other = other, swap
    await i(swap)  # tasklens: unknown ok
    funcs = [lambda q: i(q)]  # tasklens: unknown ok
    await funcs[0](81)
    *rest, last = [91, 92]
    await i(last)  # tasklens: unknown ok
    with open(os.devnull) as handle:
        await i(len(handle.read()))  # tasklens: unknown ok
    return 0


if __name__ == "__main__":
    grow()
    flyte.run(main, 5)
