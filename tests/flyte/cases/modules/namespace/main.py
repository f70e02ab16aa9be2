import library.environments
import library.environments as e
from library import environments
from library.environments import env


@env.task
def one(x: int) -> int:
    return x


@e.env.task
def two(x: int) -> int:
    return x


@environments.env.task
def three(x: int) -> int:
    return x


@library.environments.env.task
def four(x: int) -> int:
    return x
