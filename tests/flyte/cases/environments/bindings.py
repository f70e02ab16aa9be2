"""The ways an environment gets a name."""

import flyte

a = b = flyte.TaskEnvironment("both", cache="auto")
(c, d) = flyte.TaskEnvironment("c", cache="auto"), flyte.TaskEnvironment("d", cache="disable")
if e := flyte.TaskEnvironment("walrus", cache="auto"):
    pass
f = a


class Environments:
    training = flyte.TaskEnvironment("attribute", cache="auto")


by_name = {"x": flyte.TaskEnvironment("dictionary", cache="auto")}
in_list = [flyte.TaskEnvironment("list", cache="auto")]


@a.task
def one(x: int) -> int:
    return x


@b.task
def two(x: int) -> int:
    return x


@c.task
def three(x: int) -> int:  # tasklens: unknown ok
    return x


@d.task
def four(x: int) -> int:  # tasklens: unknown ok
    return x


@e.task
def five(x: int) -> int:  # tasklens: unknown ok
    return x


@f.task
def six(x: int) -> int:
    return x


@Environments.training.task
def seven(x: int) -> int:
    return x


@by_name["x"].task
def eight(x: int) -> int:  # tasklens: unknown ok
    return x


@in_list[0].task
def nine(x: int) -> int:  # tasklens: unknown ok
    return x
