from . import constants, envs
from .constants import SALT, VERSIONS, Settings
from .envs import env

import flyte

own = flyte.TaskEnvironment(Settings.name, cache=flyte.Cache("override", version_override=Settings.version))


@env.task
def a(x: int) -> int:
    return x


@envs.env.task(cache=flyte.Cache("auto", salt=SALT))
def b(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", salt=constants.SALT))
def c(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("override", version_override=VERSIONS["train"]))
def d(x: int) -> int:
    return x


@own.task
def e(x: int) -> int:
    return x
