"""`ContainerTask`: versioned by what it runs."""

import pathlib

import flyte
from flyte.extras import ContainerTask
from flyte.io import File

COMMAND = ["echo", "{{.inputs.x}}"]

plain = ContainerTask(name="plain", image="alpine:3.19", command=["true"])
auto = ContainerTask(name="auto", image="alpine:3.19", command=COMMAND, inputs={"x": int}, cache="auto")
everything = ContainerTask(
    name="everything",
    image="alpine:3.19",
    command=["/bin/sh", "-c", "echo 'é' > /out/y"],
    arguments=["--x", "{{.inputs.x}}"],
    inputs={"x": str, "f": File},
    outputs={"y": str},
    input_data_dir="/in/",
    output_data_dir=pathlib.Path("/out"),
    metadata_format="YAML",
    local_logs=False,
    file_input_layout="NAMED_DIR",
    cache=flyte.Cache("auto", salt="s", ignored_inputs="f"),
)
positional = ContainerTask("positional", "alpine:3.19", ["ls"], cache="auto")
default_image = ContainerTask(name="default-image", image="auto", command=["ls"], cache="auto")
pinned = ContainerTask(name="pinned", image="alpine:3.19", command=["ls"], cache=flyte.Cache("override", "1"))
unpinned = ContainerTask(name="unpinned", image="alpine:3.19", command=["ls"], cache="override")
disabled = ContainerTask(name="disabled", image="alpine:3.19", command=["ls"], cache="disable")
env_vars = ContainerTask(name="env-vars", image="alpine:3.19", command=["ls"], cache="auto", env_vars={"A": "b"})
