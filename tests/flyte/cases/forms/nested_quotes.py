"""f-strings as they are since Python 3.12."""

import flyte

env = flyte.TaskEnvironment("quotes", cache="auto")


@env.task
def task(x: int) -> str:
    return f"{", ".join(["a", f"{x:{"5"}}"])}"
