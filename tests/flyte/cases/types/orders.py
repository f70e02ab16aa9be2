"""`typing` keeps what it made, and finds it by equality: of two orders of a union the first that was made is both."""

from typing import List, Literal, Optional, Union

import flyte

env = flyte.TaskEnvironment("orders", cache="auto")


@env.task
def first(a: List[Union[int, bytes, str]]) -> int:
    # interface unknown ok: another order of it is in this file
    return 1


@env.task
def second(a: List[Union[str, bytes, int]]) -> int:
    # interface unknown ok: another order of it is in this file
    return 1


@env.task
def choices(a: List[Literal["p", "q"]]) -> int:
    # interface unknown ok: another order of it is in this file
    return 1


@env.task
def other_choices(a: List[Literal["q", "p"]]) -> int:
    # interface unknown ok: another order of it is in this file
    return 1


@env.task
def maybe(a: Optional[Union[bytes, float]]) -> int:
    # interface unknown ok: another order of it is in this file
    return 1


def helper(a: Optional[Union[float, bytes]]) -> None:
    pass


@env.task
def not_kept(a: Union[int, bool], b: Union[bool, int]) -> int:
    return 1


@env.task
def not_kept_in_classes(a: list[int | bytes], b: list[bytes | int]) -> int:
    return 1
