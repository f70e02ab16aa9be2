# -*- coding: latin-1 -*-
import flyte

env = flyte.TaskEnvironment("cookie", cache="auto")


@env.task
def task(x: int) -> str:
    return "é"
