"""Classes that the project has taught the SDK: what its transformer says counts, not what the class looks like."""

from dataclasses import dataclass

import flyte
from flyte.types import TypeEngine, TypeTransformer
from flyteidl2.core.types_pb2 import LiteralType, SimpleType

env = flyte.TaskEnvironment("taught", cache="auto")


@dataclass
class Point:
    x: int


class Wheel:
    pass


@dataclass
class Untaught:
    x: int


class TextTransformer(TypeTransformer):
    def get_literal_type(self, t):
        return LiteralType(simple=SimpleType.STRING)

    async def to_literal(self, python_val, python_type, expected):
        raise NotImplementedError

    async def to_python_value(self, lv, expected_python_type):
        raise NotImplementedError


for kind in (Point, Wheel):
    TypeEngine.register(TextTransformer(kind.__name__, kind))


@env.task
def dataclass_that_is_taught(point: Point) -> int:
    # interface unknown ok: a transformer of its own
    return 1


@env.task
def plain_class_that_is_taught(wheels: list[Wheel]) -> int:
    # interface unknown ok: a transformer of its own
    return 1


@env.task
def class_beside_them(x: Untaught) -> int:
    # interface unknown ok: may be taught, since the file mentions it
    return 1
