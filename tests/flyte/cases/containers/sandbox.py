"""Code sandboxes with an image of their own: cached by default, and the code is not part of the version."""

import flyte

command = flyte.sandbox.create(
    name="command",
    image="python:3.12-slim",
    command=["/bin/bash", "-c", "pytest /var/inputs/tests"],
    arguments=["_"],
    inputs={"x": str},
    outputs={"exit_code": str},
)
code = flyte.sandbox.create(
    name="code", image="python:3.12-slim", code="y = x * 2", inputs={"x": int}, outputs={"y": int}
)
disabled = flyte.sandbox.create(name="disabled", image="python:3.12-slim", command=["ls"], cache="disable")
