"""Under a given version the salt does nothing, and a disabled task's identity leaves it out."""

import flyte

env = flyte.TaskEnvironment(name="salt-ignored")


@env.task(cache=flyte.Cache("override", version_override="1.0", salt="s"))
def override(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", version_override="1.0", salt="s"))
def auto(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("disable", salt="s"))
def disable(x: int) -> int:
    return x
