import flyte

auto = flyte.TaskEnvironment("auto", cache="auto")
override = flyte.TaskEnvironment("override", cache="override")
disable = flyte.TaskEnvironment("disable", cache="disable")
alias = flyte.TaskEnvironment("alias", cache="Yes")


@auto.task
def one(x: int) -> int:
    return x


@override.task
def two(x: int) -> int:
    return x


@disable.task
def three(x: int) -> int:
    return x


@alias.task
def four(x: int) -> int:
    return x


@disable.task(cache="on")
def five(x: int) -> int:
    return x
