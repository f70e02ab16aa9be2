"""What the interpreter that runs this says to snippets: `compile()` of each, nothing is executed.

Reads lines of JSON strings, writes a line each: `""` if it compiles, else `Exception: message`.
"""

import json
import sys
import warnings

warnings.simplefilter("ignore")


def answer(code):
    try:
        compile(code, "snippet", "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"{type(error).__name__}: {error.msg}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def answers(lines):
    return "".join(json.dumps(answer(json.loads(line))) + "\n" for line in lines.splitlines())


if __name__ == "__main__":
    sys.stdout.write(answers(sys.stdin.read()))
