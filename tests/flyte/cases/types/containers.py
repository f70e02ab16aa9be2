"""Tasks without a function."""

from typing import Optional

import flyte
from flyte.extras import ContainerTask, shell
from flyte.extras.shell import Glob, Stderr, Stdout
from flyte.io import Dir, File

plain = ContainerTask(
    name="plain",
    image="python:3.12",
    command=["true"],
    inputs={"x": int, "file": File, "items": list[int]},
    outputs={"y": str, "z": float},
)

nothing = ContainerTask(name="nothing", image="python:3.12", command=["true"])

computed = ContainerTask(name="computed", image="python:3.12", command=["true"], inputs=dict(x=int))  # interface unknown ok

wired = shell.create(
    name="wired",
    image="python:3.12",
    inputs={"a": File, "n": int, "flag": bool, "maybe": int | None, "kv": dict[str, str], "opt": Optional[File], "files": list[File]},
    outputs={"out": File, "many": Glob("*.txt"), "log": Stdout(), "err": Stderr(type=str), "folder": Dir},
    script="true",
)
