"""The syntax of Python 3.12."""

import flyte

env = flyte.TaskEnvironment("pep695-types", cache="auto")

type Vector = list[float]
type Listed[T] = list[T]


@env.task
def alias(a: Vector, b: list[Vector], c: Vector | None) -> Vector:
    return a


@env.task
def generic[T](a: T, b: int) -> T:
    return a


@env.task
def generic_inside[T](a: list[T]) -> int:
    # interface unknown ok: a type parameter within a type
    return 1


@env.task
def subscripted(a: Listed[int]) -> int:
    # interface unknown ok: an alias with parameters
    return 1
