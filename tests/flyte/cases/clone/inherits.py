"""What is not given to `clone_with` is inherited, the cache too."""

import flyte

base = flyte.TaskEnvironment(name="base", cache=flyte.Cache("auto", salt="base"))
same = base.clone_with("same")
named = base.clone_with(name="named", description="another")
other = base.clone_with("other", cache="disable")
none = base.clone_with("none", cache=None)
spec = base.clone_with(name="spec", cache=flyte.Cache("override", "1"))
twice = spec.clone_with("twice")
back = twice.clone_with("back", cache="auto")


@base.task
def zero(x: int) -> int:
    return x


@same.task
def one(x: int) -> int:
    return x


@named.task
def two(x: int) -> int:
    return x


@other.task
def three(x: int) -> int:
    return x


@none.task
def four(x: int) -> int:
    return x


@spec.task
def five(x: int) -> int:
    return x


@twice.task
def six(x: int) -> int:
    return x


@back.task
def seven(x: int) -> int:
    return x
