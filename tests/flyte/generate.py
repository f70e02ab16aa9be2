"""Writes small projects of tasks at random, in which everything can be known without running them.

    python3 tests/flyte/generate.py --seed 1 --count 100 FOLDER

A project is a folder with `main.py`, and sometimes `settings.py` (constants) and `envs.py` (environments). The tests hold
what Tasklens says of them against the SDK. A seed gives the same files with every Python.
"""

from __future__ import annotations

import random
from pathlib import Path

import seeded

WORDS = ["auto", "auto", "auto", "override", "disable"]
ALIASES = ["enable", "Enabled", "ON", "true", "Yes", "off", "False", "no", "None"]
TEXTS = ["v1", "2024.1", "", "é", "a b", "x'y", "tab\t", 'q"q', "back\\slash", "😀"]
PLAIN = ["v1", "alpha", "b2", "long-name"]
TYPES = ["int", "str", "float", "bool", "list[int]", "dict[str, int]", "int | None"]
DEFAULTS = {"int": "3", "str": '"d"', "float": "0.5", "bool": "True", "int | None": "None"}
BODIES = [
    "return {x}",
    "y = {x}  # a comment\n\n# at the margin\nreturn y",
    'total = 0\nfor i in range(3):\n    total += i\nreturn total, "{{}}"',
    'text = f"{{{x}!r:>10}} {{1 + 1}}"\nreturn text',
    '"""A docstring.\n\n  More of it.\n"""\nreturn [a for a in range(5) if a % 2]',
    "async def inner():\n    return 1\n\nreturn (lambda z: z + 1)(1)",
    "try:\n    pass\nexcept (ValueError, TypeError) as error:\n    raise RuntimeError from error\nfinally:\n    print('x')",
]


class Module:
    """A file while it is written: its lines, and how each constant is spelled from here."""

    def __init__(self, r: random.Random):
        self.r = r
        self.lines: list[str] = []
        self.strings: dict[str, str] = {}
        self.caches: list[str] = []
        self.environments: list[str] = []
        self.prefix = "flyte."

    def say(self, text: str = "") -> None:
        self.lines.append(text)

    def import_sdk(self) -> None:
        form = self.r.randrange(4)
        if form == 0:
            self.say("import flyte")
        elif form == 1:
            self.say("import flyte as fl")
            self.prefix = "fl."
        elif form == 2:
            self.say("from flyte import Cache, TaskEnvironment")
            self.prefix = ""
        else:
            self.say("from flyte import Cache as _Cache, TaskEnvironment as _TaskEnvironment")
            self.prefix = "_"

    def import_from(self, name: str, other: Module) -> None:
        names = [*other.strings, *other.caches, *other.environments]
        form = self.r.randrange(4)
        if form in (0, 3):
            # What the other file has by an attribute of a module can't be imported by name.
            names = [name for name in names if "." not in name]
        spelled = {n: n for n in names}
        if form == 0 and names:
            self.say(f"from {name} import " + ", ".join(names))
        elif form == 1:
            self.say(f"import {name}")
            spelled = {n: f"{name}.{n}" for n in names}
        elif form == 2:
            self.say(f"import {name} as {name[0]}_")
            spelled = {n: f"{name[0]}_.{n}" for n in names}
        elif names:
            self.say(f"from {name} import (")
            for n in names:
                self.say(f"    {n} as their_{n},")
            self.say(")")
            spelled = {n: f"their_{n}" for n in names}
        self.strings |= {spelled[n]: value for n, value in other.strings.items() if n in spelled}
        self.caches += [spelled[n] for n in other.caches if n in spelled]
        self.environments += [spelled[n] for n in other.environments if n in spelled]

    def literal(self, value: str) -> str:
        form = self.r.randrange(6)
        if form == 0 and len(value) > 1:
            return f"({value[:1]!r} {value[1:]!r})"
        if form == 1 and "'" not in value and "\\" not in value and "\t" not in value:
            return f"r'{value}'"
        if form == 2 and '"' not in value and "\\" not in value:
            return f'"""{value}"""'
        if form == 3:
            return "u" + repr(value)
        if form == 4:
            return ascii(value)
        return repr(value)

    def string(self, value: str) -> str:
        """An expression for a text, through constants where they fit."""
        for name, text in self.r.sample(sorted(self.strings.items()), len(self.strings)):
            if value == text and self.r.random() < 0.7:
                return name
            if text and value.startswith(text) and self.r.random() < 0.7:
                rest = value[len(text) :]
                if self.r.random() < 0.5 and not set("'\"\\{}\t") & set(rest):
                    return f'f"{{{name}}}{rest}"'
                return f"{name} + {self.literal(rest)}"
        return self.literal(value)

    def text(self) -> str:
        value = self.r.choice(TEXTS)
        if self.strings and self.r.random() < 0.5:
            value = self.r.choice(sorted(self.strings.values())) + self.r.choice(["", "-x"])
        return self.string(value)

    def cache_call(self, parameters: list[str]) -> str:
        word = self.r.choice(WORDS + [self.r.choice(ALIASES)])
        names = self.r.sample(parameters, self.r.randint(0, min(2, len(parameters))))
        ignored = [repr(n) for n in names]
        values = {
            "behavior": self.literal(word),
            "version_override": self.r.choice(["None", self.text()]),
            "serialize": self.r.choice(["True", "False"]),
            "ignored_inputs": self.r.choice(
                [f"({', '.join(ignored)}{',' if ignored else ''})", f"[{', '.join(ignored)}]", repr(self.r.choice(parameters or ["x"]))]
            ),
            "salt": self.text(),
            "policies": "None",
            "max_age": self.r.choice(["None", "0", "60", "3_600", "0x10"]),
        }
        order = list(values)
        positional = self.r.choice([0, 1, 1, 1, 2, 3, 5, 7])
        keywords = [k for k in order[positional:] if (k == "behavior" or self.r.random() < 0.4)]
        self.r.shuffle(keywords)
        arguments = [values[k] for k in order[:positional]] + [f"{k}={values[k]}" for k in keywords]
        return f"{self.prefix}Cache({', '.join(arguments)})"

    def cache(self, parameters: list[str]) -> str:
        form = self.r.random()
        if form < 0.3:
            return self.literal(self.r.choice(WORDS + ALIASES))
        if form < 0.5 and self.caches:
            return self.r.choice(self.caches)
        return self.cache_call(parameters)

    def constants(self, count: int) -> None:
        for _ in range(count):
            name = f"TEXT_{len(self.lines)}"
            value = self.r.choice(PLAIN) + str(self.r.randrange(10))
            annotation = ": str" if self.r.random() < 0.3 else ""
            self.say(f"{name}{annotation} = {self.string(value)}")
            self.strings[name] = value
        for _ in range(self.r.randrange(2)):
            name = f"CACHE_{len(self.lines)}"
            self.say(f"{name} = {self.cache_call([])}")
            self.caches.append(name)

    def environments_here(self, count: int) -> None:
        for _ in range(count):
            name, label = f"env_{len(self.lines)}", f"e{self.r.randrange(1000)}"
            usable = {text: spelled for spelled, text in self.strings.items()}
            spelled = self.literal(label)
            if usable and self.r.random() < 0.4:
                text = self.r.choice(sorted(usable))
                spelled = self.r.choice([usable[text], f'f"{{{usable[text]}}}-{label}"', f"{usable[text]} + '-{label}'"])
            named = self.r.choice(["name=", ""])
            cache = "" if self.r.random() < 0.3 else f", cache={self.cache([])}"
            if self.environments and self.r.random() < 0.4:
                self.say(f"{name} = {self.r.choice(self.environments)}.clone_with({named}{spelled}{cache})")
            else:
                extra = self.r.choice(["", ', description="d"', ", interruptible=True"])
                self.say(f"{name} = {self.prefix}TaskEnvironment({named}{spelled}{cache}{extra})")
            self.environments.append(name)

    def task(self) -> None:
        name = f"task_{len(self.lines)}"
        parameters = self.r.sample(["x", "y", "z", "größe", "data_frame"], self.r.randrange(4))
        typed = [(p, self.r.choice(TYPES)) for p in parameters]
        typed.sort(key=lambda one: one[1] in DEFAULTS)
        signature = [f"{p}: {t}" + (f" = {DEFAULTS[t]}" if t in DEFAULTS else "") for p, t in typed]
        if len(signature) > 1 and self.r.random() < 0.3:
            signature.insert(self.r.randrange(len(signature)), "*")
        arguments = []
        if self.r.random() < 0.6:
            arguments.append(f"cache={self.cache(parameters)}")
        arguments += self.r.sample(["retries=2", 'short_name="s"', "report=True", "timeout=60"], self.r.choice([0, 0, 1, 2]))
        environment = self.r.choice(self.environments)
        if self.r.random() < 0.1:
            environment += f".clone_with('inline-{self.r.randrange(100)}')"
        call = ""
        if arguments:
            call = f"({', '.join(arguments)})" if self.r.random() < 0.6 else "(\n    " + ",\n    ".join(arguments) + ",\n)"
        elif self.r.random() < 0.3:
            call = "()"
        body = self.r.choice(BODIES).format(x=parameters[0] if parameters else "1")
        indent = ""
        if self.r.random() < 0.2:
            self.say(self.r.choice(["if True:", "class Holder:", "try:"]))
            indent = "    "
        block = [f"@{environment}.task{call}"]
        block += [f"{self.r.choice(['', 'async '])}def {name}({', '.join(signature)}) -> int:"]
        block += ["    " + line if line and not line.startswith("#") else line for line in body.split("\n")]
        opening = self.lines[-1] if indent else ""
        for line in "\n".join(block).split("\n"):
            self.say(indent + line if line and not line.startswith("# at") else line)
        if opening == "try:":
            self.say("except ImportError:")
            self.say("    pass")
        self.say()
        self.say()


def write(folder: Path, seed: int) -> None:
    r = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    modules = {"settings": Module(r), "envs": Module(r), "main": Module(r)}
    settings, envs, main = modules.values()
    used = [name for name in ("settings", "envs") if r.random() < 0.6]
    settings.import_sdk()
    settings.constants(3)
    envs.import_sdk()
    if "settings" in used and r.random() < 0.7:
        envs.import_from("settings", settings)
    envs.environments_here(r.randint(1, 3))
    main.import_sdk()
    for name in used:
        main.import_from(name, modules[name])
    main.say()
    main.constants(r.randrange(3))
    main.environments_here(r.randint(1, 2))
    main.say()
    for _ in range(r.randint(2, 6)):
        main.task()
    for name in [*used, "main"]:
        (folder / f"{name}.py").write_text("\n".join(modules[name].lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    seeded.main(__doc__, write)
