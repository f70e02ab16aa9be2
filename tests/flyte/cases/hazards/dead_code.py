"""Code that is never run."""

from typing import TYPE_CHECKING

import flyte

env = flyte.TaskEnvironment("dead-code", cache="auto")

if TYPE_CHECKING:

    @env.task
    def checked(x: int) -> int:  # tasklens: not made
        return x


if False:

    @env.task
    def dead(x: int) -> int:  # tasklens: not made
        return x


if not TYPE_CHECKING:

    @env.task
    def alive(x: int) -> int:
        return x
