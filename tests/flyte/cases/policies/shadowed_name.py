"""A class of the project's own that has the SDK's name."""

import flyte


class FunctionBodyPolicy:
    def get_version(self, salt, params) -> str:
        return "constant"


env = flyte.TaskEnvironment(name="shadowed")


@env.task(cache=flyte.Cache("auto", policies=[FunctionBodyPolicy()]))  # tasklens: unknown ok
def task(x: int) -> int:
    return x
