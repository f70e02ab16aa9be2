"""Writes small projects with tasks of random signatures.

    python3 tests/flyte/signatures.py --seed 1 --count 100 FOLDER

A project is a folder with `main.py` and `shapes.py` (classes and aliases). Everything can be known without running it, but
for what a comment `interface unknown ok` marks. The tests hold the interface hashes against the SDK's. A seed gives the same
files with every Python.
"""

from __future__ import annotations

import random
from pathlib import Path

import seeded

SCALARS = ["int", "str", "float", "bool"]
PLAIN = ["bytes", "set", "object", "complex", "None", "dict", "list"]
SPECIAL = ["File", "Dir", "datetime", "date", "timedelta", "Any", "Path"]
WORDS = ["a", "b", "fast", "slow", "x y", "é"]
VALUES = {
    "int": ["0", "-3", "1_000", "0x1f"],
    "str": ['"s"', "'é'", 'r"\\d"', '""'],
    "float": ["0.5", "1e-3", "-2.0"],
    "bool": ["True", "False"],
}
# How each name is reached, by the form of the imports.
IMPORTS = {
    "names": [
        "from typing import Any, Callable, Dict, FrozenSet, List, Literal, Mapping, Optional, Sequence, Set, Tuple, Union",
        "from datetime import date, datetime, timedelta",
        "from flyte.io import Dir, File",
        "from pathlib import Path",
    ],
    "modules": ["import datetime as dt", "import pathlib", "import typing", "import flyte.io"],
    "short": ["import datetime", "import pathlib as p", "import typing as t", "from flyte import io"],
}
PREFIXES = {
    "names": {"typing": "", "datetime": "", "io": "", "pathlib": ""},
    "modules": {"typing": "typing.", "datetime": "dt.", "io": "flyte.io.", "pathlib": "pathlib."},
    "short": {"typing": "t.", "datetime": "datetime.", "io": "io.", "pathlib": "p."},
}


class Writer:
    """A file while it is written."""

    def __init__(self, r: random.Random, form: str):
        self.r = r
        self.prefix = PREFIXES[form]
        self.lines = [*IMPORTS[form], "import flyte", ""]
        # Names of classes and aliases, as they are spelled from here; and values of enumerations.
        self.names: list[str] = []
        self.members: dict[str, list[str]] = {}

    def say(self, text: str = "") -> None:
        self.lines.append(text)

    def typing(self, name: str) -> str:
        return self.prefix["typing"] + name

    def scalar(self) -> str:
        return self.r.choice(SCALARS)

    def special(self) -> str:
        name = self.r.choice(SPECIAL)
        if name in ("File", "Dir"):
            return self.prefix["io"] + name
        if name == "Any":
            return self.typing(name)
        if name == "Path":
            return self.prefix["pathlib"] + name
        return self.prefix["datetime"] + name

    def literal(self) -> str:
        choices = self.r.sample(WORDS, self.r.randint(1, 3))
        return f"{self.typing('Literal')}[{', '.join(map(repr, choices))}]"

    def type(self, depth: int = 0, classes: bool = True) -> str:
        """Any type."""
        form = self.r.randrange(5 if depth > 2 else 14)
        inner = lambda: self.type(depth + 1, classes)
        if form < 2:
            return self.scalar()
        if form == 2:
            return self.special()
        if form == 3:
            return self.r.choice(self.names) if self.names and classes else self.scalar()
        if form == 4:
            return self.r.choice(PLAIN) if depth == 0 else self.scalar()
        if form == 5:
            return f"list[{inner()}]" if self.r.random() < 0.5 else f"{self.typing('List')}[{inner()}]"
        if form == 6:
            key = "str" if self.r.random() < 0.7 else "int"
            return f"dict[{key}, {inner()}]" if self.r.random() < 0.5 else f"{self.typing('Dict')}[{key}, {inner()}]"
        if form == 7:
            return f"{self.typing('Optional')}[{inner()}]"
        if form == 8:
            return f"{self.r.choice(SCALARS)} | None" if self.r.random() < 0.5 else f"list[{inner()}] | None"
        if form == 9:
            both = self.r.sample(SCALARS, 2)
            return f"{self.typing('Union')}[{', '.join(both)}]" if self.r.random() < 0.5 else " | ".join(both)
        if form == 10:
            return self.literal()
        if form == 11:
            # Versions of Pydantic disagree on much of what can stand in a tuple.
            items = [self.scalar() for _ in range(self.r.randint(2, 3))]
            return f"{self.r.choice(['tuple', self.typing('Tuple')])}[{', '.join(items)}]"
        if form == 12:
            name = self.r.choice(["Set", "FrozenSet", "Sequence"])
            return f"{self.typing(name)}[{self.scalar()}]"
        return f"{self.typing('Callable')}[[{self.scalar()}, {self.scalar()}], {self.scalar()}]"

    def field(self) -> str:
        """A type that both libraries make a schema of, in each version the same."""
        form = self.r.randrange(7)
        if form < 3:
            return self.scalar()
        if form == 3:
            return f"{self.typing('Optional')}[{self.scalar()}]"
        if form == 4:
            return f"list[{self.scalar()}]"
        if form == 5:
            return f"{self.typing('Dict')}[str, {self.scalar()}]"
        return self.prefix["datetime"] + "datetime"

    def quoted(self, text: str) -> str:
        return f'"{text}"' if '"' not in text and self.r.random() < 0.15 else text

    def value(self, name: str) -> str | None:
        if name in VALUES:
            return self.r.choice(VALUES[name])
        if name in self.members and self.r.random() < 0.5:
            return f"{name}.{self.r.choice(self.members[name])}"
        if "Optional[" in name or name.endswith("| None"):
            return "None"
        return None

    def enumeration(self, name: str) -> None:
        members = self.r.sample(["RED", "BLUE", "On", "off", "x1"], self.r.randint(1, 4))
        base = self.r.choice(["enum.Enum", "str, enum.Enum", "enum.IntEnum"])
        self.say(f"class {name}({base}):")
        if self.r.random() < 0.3:
            self.say('    """Some words."""')
            self.say()
        for index, member in enumerate(members):
            value = str(index + 1) if base == "enum.IntEnum" else repr(member.lower())
            if base == "enum.IntEnum" and self.r.random() < 0.3:
                value = "enum.auto()"
            self.say(f"    {member} = {value}")
        self.members[name] = members

    def fields(self, defaults: bool = True) -> None:
        count = self.r.randint(1, 4)
        types = [self.field() for _ in range(count)]
        values = [self.value(one) if defaults and self.r.random() < 0.5 else None for one in types]
        # What has a default stands last.
        for index, (one, value) in enumerate(sorted(zip(types, values), key=lambda pair: pair[1] is not None)):
            self.say(f"    f{index}: {self.quoted(one) if defaults else one}" + (f" = {value}" if value else ""))

    def shape(self, name: str) -> None:
        form = self.r.randrange(6)
        if form == 0:
            self.enumeration(name)
        elif form == 1:
            self.say(self.r.choice(["@dataclasses.dataclass", "@dataclass", "@dataclass(frozen=True)"]))
            self.say(f"class {name}:")
            self.fields()
        elif form == 2:
            self.say(f"class {name}({self.r.choice(['pydantic.BaseModel', 'BaseModel'])}):")
            self.fields()
        elif form == 3:
            self.say(f"class {name}(NamedTuple):")
            self.fields(defaults=False)
        elif form == 4:
            self.say(f"class {name}(TypedDict):")
            self.fields(defaults=False)
        else:
            self.say(f"{name} = {self.type(1, classes=False)}")
        self.names.append(name)
        self.say()
        self.say()

    def task(self, index: int) -> None:
        given = []
        for name in self.r.sample(["x", "y", "zeta", "data_frame", "größe"], self.r.randint(0, 4)):
            one = self.type()
            value = self.value(one) if self.r.random() < 0.4 else None
            given.append((f"{name}: {self.quoted(one)}" + (f" = {value}" if value else ""), value is not None))
        given.sort(key=lambda pair: pair[1])
        parameters = [text for text, _ in given]
        returns = self.r.choice(["", f" -> {self.quoted(self.type())}", f" -> tuple[{self.scalar()}, {self.scalar()}]"])
        self.say("@env.task")
        self.say(f"async def t{index}({', '.join(parameters)}){returns}:")
        self.say("    # interface unknown ok")
        self.say("    ...")
        self.say()
        self.say()


def write(folder: Path, seed: int) -> None:
    r = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    shapes = Writer(r, r.choice(list(IMPORTS)))
    shapes.lines[:0] = ["import dataclasses", "import enum", "from dataclasses import dataclass", "import pydantic"]
    shapes.lines[:0] = ["from pydantic import BaseModel", "from typing_extensions import NamedTuple, TypedDict"]
    for index in range(r.randint(1, 4)):
        shapes.shape(f"Shape{index}")
    main = Writer(r, r.choice(list(IMPORTS)))
    if r.random() < 0.3:
        main.lines.insert(0, "from __future__ import annotations")
    form = r.randrange(3)
    names = {name: name for name in shapes.names}
    if form == 0:
        main.say("from shapes import " + ", ".join(names))
    elif form == 1:
        main.say("import shapes")
        names = {name: f"shapes.{name}" for name in names}
    else:
        main.say("import shapes as s_")
        names = {name: f"s_.{name}" for name in names}
    main.names = list(names.values())
    main.members = {names[name]: members for name, members in shapes.members.items()}
    main.say("env = flyte.TaskEnvironment('main', cache='auto')")
    main.say()
    for index in range(r.randint(3, 6)):
        main.task(index)
    for name, writer in (("shapes", shapes), ("main", main)):
        (folder / f"{name}.py").write_text("\n".join(writer.lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    seeded.main(__doc__, write)
