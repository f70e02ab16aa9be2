import reexports
from reexports import renamed


@reexports.env.task
def a(x: int) -> int:
    return x


@renamed.task
def b(x: int) -> int:
    return x
