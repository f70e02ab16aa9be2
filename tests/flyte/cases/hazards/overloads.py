from typing import overload

import flyte

env = flyte.TaskEnvironment("overloads", cache="auto")


@overload
def task(x: int) -> int: ...


@overload
def task(x: str) -> str: ...


@env.task
def task(x: int) -> int:
    return x
