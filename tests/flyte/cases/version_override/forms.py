"""A given version counts under auto as under override, and an empty one is given too."""

import flyte

env = flyte.TaskEnvironment(name="version-override")


@env.task(cache=flyte.Cache("auto", version_override="1.0"))
def under_auto(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("override", version_override="1.0"))
def under_override(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("disable", version_override="1.0"))
def under_disable(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", version_override=""))
def empty(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", version_override=None))
def none(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("override", version_override="é\n\x00"))
def odd(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", version_override="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"))
def kept(x: int) -> int:
    return x
