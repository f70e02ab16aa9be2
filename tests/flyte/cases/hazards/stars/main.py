"""Several star imports: the last that exports a name counts."""

from one import *  # noqa: F403
from two import *  # noqa: F403


@env.task  # noqa: F405
def a(x: int) -> int:
    return x


@other.task  # noqa: F405
def b(x: int) -> int:
    return x


from three import *  # noqa: E402, F403


@env.task  # noqa: F405
def c(x: int) -> int:
    return x
