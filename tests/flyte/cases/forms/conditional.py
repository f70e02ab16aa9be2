"""Definitions under conditions: each branch has its own body."""

import sys

import flyte

env = flyte.TaskEnvironment(name="conditional", cache="auto")
FAST = False

if sys.version_info >= (3, 8):

    @env.task
    def always(x: int) -> int:
        return x

else:

    @env.task
    def always(x: int) -> int:  # tasklens: not made
        return x - 1


if FAST:

    @env.task
    def picked(x: int) -> int:  # tasklens: not made
        return x + 1

else:

    @env.task
    def picked(x: int) -> int:
        return x + 2


try:

    @env.task
    def tried(x: int) -> int:
        return x + 3

except ImportError:
    pass

with open(__file__):

    @env.task
    def within(x: int) -> int:
        return x + 4


for _ in range(1):

    @env.task
    def looped(x: int) -> int:
        return x + 5


if __name__ == "__main__":

    @env.task
    def main(x: int) -> int:  # tasklens: not made
        return x + 6
