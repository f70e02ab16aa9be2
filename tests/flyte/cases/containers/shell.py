"""Shell tasks: cached by default, versioned by the command that the SDK renders."""

import flyte
from flyte.extras import shell
from flyte.extras.shell import Glob, Stderr, Stdout, create
from flyte.io import Dir, File

default = create(name="default", image="debian:12-slim", script="echo hello")
disabled = create(name="disabled", image="debian:12-slim", script="echo hello", cache="disable")
pinned = shell.create("pinned", image="debian:12-slim", script="ls", cache=flyte.Cache("override", "1"))
inputs = shell.create(
    "inputs",
    image="debian:12-slim",
    inputs={"a": File, "b": list[File], "wa": bool, "f": float, "d": Dir, "x": dict[str, str], "n": int | None},
    outputs={"bed": Glob("*.bed"), "dir": Dir, "count": int},
    script=r"""
        tool {flags.wa} -a {inputs.a} -b {inputs.b} {flags.f} {flags.x} {flags.d} {flags.n} {inputs.d} \
            > {outputs.bed}/out.bed
    """,
    flag_aliases={"f": "--fraction", "x": ("--x", "equals")},
)
streams = shell.create(
    "streams", image="debian:12-slim", outputs={"log": Stderr(), "text": Stdout(type=str)}, script="ls", debug=True
)
