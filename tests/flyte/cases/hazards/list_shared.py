"""Lists that caches hold and others change."""

import flyte

names = ["x"]
fixed = ["x"]
held = flyte.Cache("auto", ignored_inputs=["x"])
env = flyte.TaskEnvironment("list-shared")


def more(what):
    what.append("y")


more(names)
held.ignored_inputs.append("y")


@env.task(cache=flyte.Cache("auto", ignored_inputs=names))
def one(x: int, y: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=flyte.Cache("auto", ignored_inputs=fixed))
def two(x: int, y: int) -> int:
    return x


@env.task(cache=held)
def three(x: int, y: int) -> int:  # tasklens: unknown ok
    return x
