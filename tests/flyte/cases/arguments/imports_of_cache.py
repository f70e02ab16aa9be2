"""`Cache` under the names that people import it by."""

import flyte
import flyte as fl
import flyte._cache
from flyte import Cache
from flyte import Cache as C
from flyte._cache import Cache as InnerCache
from flyte._cache.cache import Cache as InnermostCache

env = flyte.TaskEnvironment(name="imports")
Kept = flyte.Cache


@env.task(cache=Cache("auto", salt="1"))
def direct() -> int:
    return 1


@env.task(cache=C("auto", salt="2"))
def alias() -> int:
    return 2


@env.task(cache=fl.Cache("auto", salt="3"))
def module_alias() -> int:
    return 3


@env.task(cache=InnerCache("auto", salt="4"))
def inner() -> int:
    return 4


@env.task(cache=InnermostCache("auto", salt="5"))
def innermost() -> int:
    return 5


@env.task(cache=Kept("auto", salt="6"))
def kept() -> int:
    return 6


@env.task(cache=flyte._cache.Cache("auto", salt="7"))
def attribute() -> int:
    return 7
