"""Lists and dictionaries that are changed before they are used."""

import flyte
from flyte._cache import FunctionBodyPolicy


class Custom:
    def get_version(self, salt: str, params) -> str:
        return "custom"


POLICIES = [FunctionBodyPolicy()]
POLICIES.append(Custom())
IGNORED = ["a"]
IGNORED += ["b"]
OPTIONS = {"behavior": "auto", "salt": "before"}
OPTIONS["salt"] = "after"
MORE = {"behavior": "auto"}
MORE.update(salt="more")
NAMES = ["first", "second"]
NAMES.reverse()

env = flyte.TaskEnvironment("lists-changed")


@env.task(cache=flyte.Cache("auto", policies=POLICIES))
def policies(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=flyte.Cache("auto", ignored_inputs=IGNORED))
def ignored(a: int, b: int) -> int:  # tasklens: unknown ok
    return a


@env.task(cache=flyte.Cache(**OPTIONS))
def options(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=flyte.Cache(**MORE))
def more(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=flyte.Cache("auto", salt=NAMES[0]))
def names(x: int) -> int:  # tasklens: unknown ok
    return x
