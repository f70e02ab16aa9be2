"""Says what the real SDK makes of signatures and calls: interface hashes and cache keys, for the tests of `cache_core::key`.

    target/tasklens-tests/flyte/3.12/bin/python tests/flyte/keys.py cache-core/tests/flyte_keys

Writes two files: `cases.json`, which is the same under each Python (the signatures and calls in `keys/`, with every name
resolved as an analysis of the source would), and `answers-3.12.json`, for the Python that runs this. Deterministic.

A second argument names the answers otherwise: `answers-3.12-oldest.json` is from an environment with the oldest
libraries that the SDK takes and that work with it, `pydantic==2.10.6` and `mashumaro==3.15`.

A signature's answer is its interface hash, a call's is its key for the task `env.task` under version `v1`; what the SDK
refuses is an object with the exception under `raises`. The steps are those of `LocalController.submit`.
"""

import ast
import asyncio
import collections
import collections.abc
import dataclasses
import datetime
import decimal
import enum
import fractions
import inspect
import io
import json
import logging
import pathlib
import re
import struct
import sys
import textwrap
import types
import typing
import uuid
import warnings
from typing import *

import flyte
import flyte.io
import pydantic
from flyte._internal.runtime import convert
from flyte._internal.runtime.types_serde import transform_native_to_typed_interface
from flyte.models import NativeInterface

CASES = pathlib.Path(__file__).parent / "keys"
sys.path.insert(0, str(CASES))
sys.dont_write_bytecode = True
from key_classes import *  # noqa: E402

TASK, VERSION = "env.task", "v1"

# What the names above stand for, as an analysis resolves them.
IMPORTS = {name: f"typing.{name}" for name in typing.__all__}
IMPORTS |= {name: name for name in ["collections", "datetime", "decimal", "flyte", "fractions", "io", "pathlib", "re"]}
IMPORTS |= {name: name for name in ["types", "typing", "uuid"]}


def main(folder: pathlib.Path, label: str) -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    types = lines("types.txt")
    signatures = [f"(x: {text})" for text in types] + [f"() -> {text}" for text in types[:40]] + lines("signatures.txt")
    cases = {"classes": {}, "signatures": [], "calls": []}
    answers = {"signatures": [], "calls": []}
    for text in signatures:
        forget()
        cases["signatures"].append({"text": text, "signature": describe_signature(text, cases["classes"])})
        answers["signatures"].append(answer(lambda: interface_hash(text)))
    for text in lines("calls.txt"):
        if not text.startswith(" "):
            signature = text
            continue
        forget()
        arguments, _, ignored = text.strip().partition(" ignored=")
        ignored = list(ast.literal_eval(ignored or "()"))
        described = {"text": f"{signature} <- {text.strip()}", "signature": describe_signature(signature, cases["classes"])}
        described |= {"ignored": ignored} | describe_arguments(arguments)
        cases["calls"].append(described)
        answers["calls"].append(answer(lambda: key(signature, arguments, ignored)))
    write(folder / "cases.json", cases)
    write(folder / f"answers-{label}.json", answers)


def lines(name: str) -> list[str]:
    """The lines of a file of cases: types of a parameter, whole signatures, or signatures with calls indented below them, where
    `ignored=(…)` names the ignored inputs."""
    return [line for line in (CASES / name).read_text("utf-8").splitlines() if line]


def forget() -> None:
    """Empties the caches of `typing`: of equal types the first that was made would stand for all, whatever its order."""
    for cleanup in typing._cleanups:
        cleanup()


def write(path: pathlib.Path, content: dict) -> None:
    """A line a case, so that a change can be read."""
    parts = []
    for name, value in content.items():
        if isinstance(value, dict):
            items = [f"{json.dumps(key)}: {json.dumps(item, ensure_ascii=False)}" for key, item in value.items()]
            parts.append(f'"{name}": {{\n' + ",\n".join(items) + "\n}")
        else:
            items = [json.dumps(item, ensure_ascii=False) for item in value]
            parts.append(f'"{name}": [\n' + ",\n".join(items) + "\n]")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")


# What the SDK says.


def answer(ask: Callable[[], str]) -> str | dict:
    try:
        return ask()
    except Exception as error:
        # The whole message may hold addresses and representations of messages.
        return {"raises": type(error).__name__}


def interface_of(signature: str) -> NativeInterface:
    scope = dict(globals())
    code = compile(f"def task{signature}: ...", "<task>", "exec", flags=0, dont_inherit=True)
    exec(code, scope)
    return NativeInterface.from_callable(scope["task"])


def interface_hash(signature: str) -> str:
    return convert.generate_interface_hash(transform_native_to_typed_interface(interface_of(signature)))


def key(signature: str, arguments: str, ignored: list[str]) -> str:
    """The key that `LocalController.submit` computes for a call."""
    native = interface_of(signature)
    positional, keywords = eval(f"(lambda *args, **kwargs: (args, kwargs)){arguments}", dict(globals()))
    inputs = asyncio.run(convert.convert_from_native_to_inputs(native, *positional, **keywords))
    inputs_hash = convert.generate_inputs_hash_from_proto(inputs.proto_inputs)
    interface = transform_native_to_typed_interface(native)
    return convert.generate_cache_key_hash(TASK, inputs_hash, interface, VERSION, ignored, inputs.proto_inputs)


# The same, as an analysis would describe it.


def describe_signature(text: str, classes: dict) -> dict:
    arguments = ast.parse(f"def task{text}: ...").body[0]
    parameters = []
    given = arguments.args
    positional = given.posonlyargs + given.args
    defaults = [None] * (len(positional) - len(given.defaults)) + given.defaults
    for parameter, default in [*zip(positional, defaults), *zip(given.kwonlyargs, given.kw_defaults)]:
        described = describe_type(parameter.annotation, classes) if parameter.annotation else "unannotated"
        parameters.append({"name": parameter.arg, "type": described, "default": describe_default(default)})
    returns = arguments.returns and {"type": describe_type(arguments.returns, classes)}
    return {"parameters": parameters, "returns": returns}


def describe_default(node: ast.expr | None) -> dict | str:
    if node is None:
        return "required"
    if isinstance(node, ast.Call) and not ast.unparse(node).startswith("datetime."):
        return "hidden"
    return {"value": describe_value(eval(ast.unparse(node), dict(globals())))}


def describe_type(node: ast.expr, classes: dict) -> Any:
    match node:
        case ast.Constant(value=None):
            return "none"
        case ast.Constant(value=constant) if constant is ...:
            return "ellipsis"
        case ast.Constant(value=str(text)):
            return describe_type(ast.parse(text, mode="eval").body, classes)
        case ast.BinOp(op=ast.BitOr()):
            return {"or": [describe_type(node.left, classes), describe_type(node.right, classes)]}
        case ast.List():
            return {"parameters": [describe_type(item, classes) for item in node.elts]}
        case ast.Tuple():
            return {"several": [describe_type(item, classes) for item in node.elts]}
        case ast.Subscript():
            inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            origin = path_of(node.value)
            if origin == "typing.Literal":
                return {"choice": [describe_value(ast.literal_eval(item)) for item in inside]}
            if origin == "typing.Annotated":
                metadata = [describe_value(ast.literal_eval(item)) for item in inside[1:]]
                return {"annotated": [describe_type(inside[0], classes), metadata]}
            return {"generic": [origin, [describe_type(item, classes) for item in inside]]}
    text = ast.unparse(node)
    known = eval(text, globals())
    if isinstance(known, NewType):
        return {"opaque": str(known)}
    if isinstance(known, type) and known.__module__ == "key_classes":
        classes.setdefault(known.__qualname__, None)
        classes[known.__qualname__] = classes[known.__qualname__] or describe_class(known, classes)
        return {"class": known.__qualname__}
    return {"name": path_of(node)}


def path_of(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{path_of(node.value)}.{node.attr}"
    return IMPORTS.get(node.id, node.id)


def describe_class(known: type, classes: dict) -> dict:
    described = {"module": known.__module__, "kind": "plain"}
    if issubclass(known, enum.Enum):
        members = [[member.name, describe_value(member.value)] for member in known]
        doc = ast.get_docstring(ast.parse(textwrap.dedent(inspect.getsource(known))).body[0], clean=False)
        return described | {"kind": "enum", "members": members, "integer": issubclass(known, enum.IntEnum), "doc": doc}
    for kind, holds in {
        "dataclass": dataclasses.is_dataclass(known),
        "model": issubclass(known, pydantic.BaseModel),
        "named_tuple": hasattr(known, "_fields"),
        "typed_dict": hasattr(known, "__total__"),
    }.items():
        if holds:
            body = ast.parse(inspect.getsource(known)).body[0]
            fields = [describe_field(node, kind, classes) for node in body.body if isinstance(node, ast.AnnAssign)]
            return described | {"kind": kind, "fields": fields, "doc": ast.get_docstring(body, clean=False)}
    return described


def describe_field(node: ast.AnnAssign, kind: str, classes: dict) -> dict:
    annotation, default = node.annotation, describe_default(node.value)
    if kind == "typed_dict" and isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "NotRequired":
        annotation, default = annotation.slice, "hidden"
    return {"name": node.target.id, "type": describe_type(annotation, classes), "default": default}


def describe_arguments(text: str) -> dict:
    call = ast.parse(f"f{text}", mode="eval").body
    value = lambda node: describe_value(eval(ast.unparse(node), dict(globals())))
    return {
        "positional": [value(node) for node in call.args],
        "keywords": [[keyword.arg, value(keyword.value)] for keyword in call.keywords],
    }


def describe_value(value: Any) -> Any:
    """A value for JSON; what is no literal is `unknown`, with its class."""
    match value:
        case None:
            return "none"
        case enum.Enum():
            return {"member": [type(value).__qualname__, value.name, describe_value(value.value)]}
        case bool():
            return {"bool": value}
        case int():
            return {"int": str(value)}
        case float():
            return {"float": struct.pack(">d", value).hex()}
        case str():
            return {"str": value}
        case bytes():
            return {"bytes": value.hex()}
        case datetime.datetime():
            midnight = datetime.datetime.combine(value.date(), datetime.time(), value.tzinfo)
            offset = None if value.tzinfo is None else microseconds(value.utcoffset())
            return {"datetime": [*date(value), microseconds(value - midnight), offset]}
        case datetime.date():
            return {"date": date(value)}
        case datetime.timedelta():
            return {"timedelta": str(microseconds(value))}
    if type(value) in (list, tuple, set):
        items = [describe_value(item) for item in value]
        # A set's order is not the same in each run.
        return {type(value).__name__: sorted(items, key=str) if isinstance(value, set) else items}
    if type(value) is dict:
        return {"dict": [[describe_value(key), describe_value(item)] for key, item in value.items()]}
    if dataclasses.is_dataclass(value):
        fields = [[field.name, describe_value(getattr(value, field.name))] for field in dataclasses.fields(value)]
        return {"object": [type(value).__qualname__, fields]}
    if isinstance(value, pydantic.BaseModel):
        return {"object": [type(value).__qualname__, [[name, describe_value(item)] for name, item in value]]}
    if hasattr(value, "_asdict"):
        fields = [[name, describe_value(item)] for name, item in value._asdict().items()]
        return {"object": [type(value).__qualname__, fields]}
    return {"unknown": type(value).__name__}


def date(value: datetime.date) -> list[int]:
    return [value.year, value.month, value.day]


def microseconds(duration: datetime.timedelta) -> int:
    return duration // datetime.timedelta(microseconds=1)


if __name__ == "__main__":
    minor = ".".join(map(str, sys.version_info[:2]))
    main(pathlib.Path(sys.argv[1]), *(sys.argv[2:] or [minor]))
