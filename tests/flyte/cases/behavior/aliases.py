"""Every alias, in several cases of letters."""

import flyte

env = flyte.TaskEnvironment(name="aliases")


@env.task(cache="enable")
def enable() -> int:
    return 1


@env.task(cache="Enabled")
def enabled() -> int:
    return 2


@env.task(cache="ON")
def on() -> int:
    return 3


@env.task(cache="True")
def true() -> int:
    return 4


@env.task(cache=flyte.Cache("yes"))
def yes() -> int:
    return 5


@env.task(cache="Off")
def off() -> int:
    return 6


@env.task(cache="FALSE")
def false() -> int:
    return 7


@env.task(cache="no")
def no() -> int:
    return 8


@env.task(cache=flyte.Cache(behavior="None"))
def none() -> int:
    return 9
