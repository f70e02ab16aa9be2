"""CRLF line ends."""

import flyte

env = flyte.TaskEnvironment(name="windows", cache="auto")


@env.task
def task(x: int) -> str:
    return """a
    b"""
