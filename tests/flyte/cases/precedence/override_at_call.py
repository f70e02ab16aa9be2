"""`.override(cache=...)` makes another task of the same name; the task itself stays as it is."""

import flyte

env = flyte.TaskEnvironment(name="override-at-call", cache="auto")


@env.task
def step(x: int) -> int:
    return x


@env.task
def parent(x: int) -> int:
    a = step.override(cache="disable")(x)
    b = step.override(cache=flyte.Cache("override", version_override="2"))(a)
    c = step.override(retries=3)(b)
    return step.override(cache=None)(c)


fresh = step.override(cache="disable")
pinned = step.override(cache=flyte.Cache("auto", version_override="2"), short_name="pinned")
same = step.override(retries=2)
falsy = step.override(cache="")
again = pinned.override(cache=flyte.Cache("auto", salt="s"))
