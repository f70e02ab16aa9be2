"""A name of a package that is a submodule's too: what the package binds last counts."""

from kit import envs


@envs.task
def task(x: int) -> int:
    return x
