"""A method with `self`: an input like others."""

import flyte

env = flyte.TaskEnvironment("methods", cache="auto")


class Model:
    @env.task
    def fit(self: int, x: int) -> int:
        """A docstring.

        More.
        """
        return x

    class Inner:
        @env.task
        async def deep(x: int) -> int:
            return x
