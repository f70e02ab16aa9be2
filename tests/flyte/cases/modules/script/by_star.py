from envs import *  # noqa: F403


@env.task  # noqa: F405
def a(x: int) -> int:
    return x


@other.task(cache=CACHE)  # noqa: F405
def b(x: int) -> int:
    return x
