"""A file of tasks in which the SDK is never named."""

from envs import env


@env.task
def a(x: int) -> int:
    return x
