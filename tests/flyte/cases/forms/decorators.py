"""With and without arguments, async and not, and every argument that is hashed with the decorator."""

import flyte

env = flyte.TaskEnvironment(name="decorators", cache="auto")


@env.task
def bare(x: int) -> int:
    return x


@env.task()
def called(x: int) -> int:
    return x


@env.task(retries=3, timeout=60, report=True, docs=None, interruptible=False)
def arguments(x: int) -> int:
    return x


@env.task(
    cache="auto",
    # A comment changes nothing.
    retries=flyte.RetryStrategy(count=2),
)
async def several_lines(x: int) -> int:
    return x


@env.task
async def asynchronous(x: int) -> int:
    return await nothing(x)


async def nothing(x: int) -> int:
    return x


@(env.task)
def parentheses(x: int) -> int:
    return x


@env.task  # a comment
# another

def blank_lines(x: int) -> int:

    """A docstring."""

    # and more
    return x  # at the end
    # below


@env.task(cache="auto", retries=1)
def semicolon(x: int) -> int: y = x; return y
