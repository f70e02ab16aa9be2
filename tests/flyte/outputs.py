"""Says what the real SDK stores of returned values: the bytes in its `cache.db`, for the tests of `cache_core::store::flyte::outputs`.

    target/tasklens-tests/flyte/3.12/bin/python tests/flyte/outputs.py cache-core/tests/flyte_outputs/stored.json

Each case is run as a cached task in a home directory of its own; its row of the cache is what is written down, with `repr()` of
what the task returned. `mutants` are such bytes after random damage, with whether the SDK's parser still takes them; `deep` are
lists in lists, as deep as it takes and one level deeper. Deterministic, but for what libraries decide.
"""

import asyncio
import dataclasses
import datetime
import enum
import json
import logging
import os
import pathlib
import random
import sqlite3
import sys
import tempfile
import typing
import warnings

HOME = pathlib.Path(tempfile.mkdtemp())
# As long as the folder's own name, since lengths are part of what is stored.
SHOWN = ("/data/" + "home" * 20)[: len(str(HOME))]
for name in ("UCTL_CONFIG", "FLYTECTL_CONFIG"):
    os.environ.pop(name, None)
os.environ["HOME"] = os.environ["USERPROFILE"] = str(HOME)
os.chdir(HOME)

import flyte  # noqa: E402
import flyte.io  # noqa: E402
import pydantic  # noqa: E402
from flyteidl2.core import literals_pb2  # noqa: E402
from flyteidl2.task import common_pb2  # noqa: E402
from google.protobuf.message import DecodeError  # noqa: E402
from google.protobuf.struct_pb2 import Struct  # noqa: E402

UTC = datetime.timezone.utc


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass
class Point:
    x: int
    y: float = 0.5


@dataclasses.dataclass
class Shape:
    name: str
    points: list[Point]
    color: Color
    when: datetime.datetime
    tags: dict[str, typing.Optional[int]]
    raw: bytes = b"\x00\xff"


class Model(pydantic.BaseModel):
    lr: float
    layers: list[int]
    best: typing.Optional[Point] = None


class Pair(typing.NamedTuple):
    a: int
    b: str


class Row(typing.TypedDict):
    a: int
    b: list[str]


@dataclasses.dataclass
class Result:
    model: flyte.io.File
    logs: flyte.io.Dir
    table: flyte.io.DataFrame
    score: float


class Plain:
    def __repr__(self) -> str:
        return "Plain()"


def file(name: str = "model.bin") -> flyte.io.File:
    path = HOME / name
    path.write_text("content")
    return flyte.io.File(path=str(path))


def folder() -> flyte.io.Dir:
    path = HOME / "logs"
    path.mkdir(exist_ok=True)
    return flyte.io.Dir(path=str(path))


def table() -> flyte.io.DataFrame:
    path = HOME / "table"
    path.mkdir(exist_ok=True)
    (path / "part").write_text("content")
    return flyte.io.DataFrame(uri=str(path), format="parquet")


def struct() -> Struct:
    made = Struct()
    made.update({"a": 1, "b": [True, None, "x"], "c": {"d": 0.25}})
    return made


# A return annotation, and what is returned.
CASES = [
    ("None", "None"),
    ("int", "3"),
    ("int", "0"),
    ("int", "-1"),
    ("int", "2**63 - 1"),
    ("int", "-(2**63)"),
    ("float", "0.1"),
    ("float", "-0.0"),
    ("float", "1e16"),
    ("float", "1e-7"),
    ("float", "float('nan')"),
    ("float", "float('-inf')"),
    ("bool", "True"),
    ("bool", "False"),
    ("str", "''"),
    ("str", "'plain'"),
    ("str", "\"it's\""),
    ("str", "'both \\' and \"'"),
    ("str", "'línea\\n\\ttab \\\\ 特征 😀'"),
    ("str", "'x' * 3000"),
    ("datetime.datetime", "datetime.datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=UTC)"),
    ("datetime.datetime", "datetime.datetime(1969, 12, 31, 23, 59, 59, 5)"),
    ("datetime.datetime", "datetime.datetime(2024, 1, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=5, minutes=30)))"),
    ("datetime.date", "datetime.date(2024, 1, 2)"),
    ("datetime.timedelta", "datetime.timedelta(days=2, seconds=3, microseconds=4)"),
    ("datetime.timedelta", "datetime.timedelta(microseconds=-1)"),
    ("datetime.timedelta", "datetime.timedelta(0)"),
    ("list[int]", "[1, 2, 3]"),
    ("list[int]", "[]"),
    ("list[int]", "list(range(500))"),
    ("list[list[str]]", "[['a'], [], ['b', 'c']]"),
    ("list[typing.Optional[int]]", "[1, None]"),
    ("dict[str, int]", "{'b': 1, 'a': 2}"),
    ("dict[str, list[float]]", "{'loss': [0.5, 0.25], 'val': []}"),
    ("dict[str, dict[str, bool]]", "{'a': {'b': True}}"),
    ("dict", "{'a': 1, 'nested': {'b': [1, 2.5, None, True], 'c': 'x'}}"),
    ("dict", "{}"),
    ("dict[int, str]", "{1: 'a', -5: 'b', 100000: 'c'}"),
    ("typing.Optional[int]", "4"),
    ("typing.Optional[int]", "None"),
    ("int | str", "'x'"),
    ("typing.Union[int, list[str]]", "['x']"),
    ("Color", "Color.RED"),
    ("typing.Optional[Color]", "Color.BLUE"),
    ("Point", "Point(1)"),
    ("Shape", "Shape('s', [Point(1, 2.0)], Color.RED, datetime.datetime(2024, 1, 1), {'a': None, 'b': 300})"),
    ("list[Point]", "[Point(1), Point(-200, 1e300)]"),
    ("Model", "Model(lr=0.1, layers=[1, 256, 70000], best=Point(1))"),
    ("Pair", "Pair(1, 'b')"),
    ("Row", "{'a': 1, 'b': ['x']}"),
    ("tuple[int, str]", "(1, 'a')"),
    ("tuple[int, str, dict[str, int]]", "(1, 'a', {'b': 2})"),
    ("bytes", "b'abc'"),
    ("bytes", "b'x' * 20000"),
    ("list", "[1, 'a']"),
    ("set[int]", "{1, 2}"),
    ("typing.Any", "'abc'"),
    ("Plain", "Plain()"),
    ("pathlib.Path", "pathlib.Path('/a')"),
    ("flyte.io.File", "file()"),
    ("flyte.io.Dir", "folder()"),
    ("list[flyte.io.File]", "[file('a'), file('b.csv')]"),
    ("dict[str, flyte.io.Dir]", "{'x': folder()}"),
    ("typing.Optional[flyte.io.File]", "file()"),
    ("flyte.io.DataFrame", "table()"),
    ("Result", "Result(file(), folder(), table(), 0.9)"),
    ("tuple[float, flyte.io.File]", "(0.9, file())"),
    ("Struct", "struct()"),
]


def main(target: pathlib.Path) -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    random.seed(0)
    flyte.init()
    stored = [store(number, annotation, expression) for number, (annotation, expression) in enumerate(CASES)]
    lines = ['{"stored": [']
    lines.append(",\n".join(json.dumps(case, ensure_ascii=False) for case in stored))
    lines.append('],\n"deep": [')
    lines.append(",\n".join(json.dumps(deep(levels)) for levels in (1, 40, 47, 48, 49, 50)))
    lines.append('],\n"mutants": [')
    lines.append(",\n".join(json.dumps(mutant) for mutant in mutants(stored)))
    lines.append("]}\n")
    target.write_text("\n".join(lines), "utf-8")


def store(number: int, annotation: str, expression: str) -> dict:
    """What the cache holds after a task that returns the value of an expression has run."""
    returned = eval(expression, globals())
    env = flyte.TaskEnvironment(f"case{number}", cache=flyte.Cache("auto", version_override="1"))

    async def task():
        return returned

    task.__annotations__["return"] = eval(annotation, globals())
    flyte.with_runcontext(mode="local", raw_data_path=str(HOME / "raw")).run(env.task(task))
    with sqlite3.connect(HOME / ".flyte" / "local-cache" / "cache.db") as connection:
        ((value,),) = connection.execute("SELECT value FROM task_cache")
        connection.execute("DELETE FROM task_cache")
    value = value.replace(str(HOME).encode(), SHOWN.encode())
    spelled = repr(returned).replace(str(HOME), SHOWN)
    return {"type": annotation, "returned": expression, "repr": spelled if len(spelled) < 200 else None, "stored": value.hex()}


def deep(levels: int) -> dict:
    """A list in so many lists, made by hand, since the SDK's own types end earlier."""
    literal = literals_pb2.Literal(scalar=literals_pb2.Scalar(primitive=literals_pb2.Primitive(integer=1))).SerializeToString()
    for _ in range(levels):
        literal = field(2, field(1, literal))
    outputs = field(1, field(1, b"o0") + field(2, literal))
    return {"levels": levels, "stored": outputs.hex(), "accepted": accepted(outputs)}


def field(number: int, content: bytes) -> bytes:
    length, varint = len(content), b""
    while length >= 0x80:
        varint += bytes([length & 0x7F | 0x80])
        length >>= 7
    return bytes([number << 3 | 2]) + varint + bytes([length]) + content


def mutants(stored: list[dict]) -> list[list]:
    """Stored values with a byte changed, left out or put in, or cut."""
    made = []
    small = [value for case in stored if 0 < len(value := bytes.fromhex(case["stored"])) < 300]
    for value in small * 12:
        at, what = random.randrange(len(value)), random.randrange(4)
        byte = bytes([random.randrange(256)])
        changed = [value[:at] + byte + value[at + 1 :], value[:at] + value[at + 1 :], value[:at] + byte + value[at:], value[:at]][what]
        made.append([changed.hex(), accepted(changed)])
    return made


def accepted(value: bytes) -> bool:
    try:
        common_pb2.Outputs().ParseFromString(value)
        return True
    except DecodeError:
        return False


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    main(target if target.is_absolute() else pathlib.Path(os.environ["PWD"]) / target)
