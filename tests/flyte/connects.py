"""Where the SDK sends runs that name no mode, after each of some lines of code: a JSON list of `local`, `remote` or what is raised.

    connects.py < a JSON list of lines
"""

import json
import os
import sys

import flyte
from flyte._run import _Runner


def mode(line: str) -> str:
    try:
        exec(line, {"flyte": flyte, "os": os})  # noqa: S102
    except Exception as error:  # noqa: BLE001
        return type(error).__name__
    return str(_Runner()._mode)


print(json.dumps([mode(line) for line in json.load(sys.stdin)]))
