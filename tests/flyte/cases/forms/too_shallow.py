"""A body that Python's `dedent` can't cut out: the task exists, its version can't be made."""

import flyte

env = flyte.TaskEnvironment("shallow", cache="auto")

if True:

    @env.task
    def task(x: int) -> str:
        return """
a line at the margin"""
