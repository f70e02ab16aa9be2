"""A policy that raises fails when the version is asked for, not at import."""

import flyte


class Failing:
    def get_version(self, salt, params) -> str:
        raise RuntimeError("no data")


env = flyte.TaskEnvironment(name="failing")


@env.task(cache=flyte.Cache("auto", policies=[Failing()]))  # tasklens: unknown ok
def task(x: int) -> int:
    return x
