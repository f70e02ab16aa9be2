"""Writes random programs that are valid for the Python that runs this; the same for the same version and number.

    python generate.py FOLDER FIRST COUNT        writes FOLDER/00000.py …, 20 functions each

`pysource-codegen` makes statements and parameters of every kind of node. They are put together to functions, at
the top level and in classes, and their constants are replaced by ones with a harder `repr`.
"""

import ast
import os
import random
import struct
import sys
import textwrap
import warnings

from pysource_codegen._codegen import AstGenerator

FUNCTIONS = 20
STATEMENTS = 8
HEADERS = 3
# Printable in some versions, in none, wide, combining, private, lone surrogates; quotes and escapes.
CHARACTERS = "ab \t\n\r\f\\'\"{}\0\x7f\x80\xa0\xad\u0301\u061c\u061d\u200b\u2028\u3000\uac00\ud800\udfff\ue000\ufeff\uffff" + "".join(
    map(chr, (0x1D400, 0x1DF00, 0x1F600, 0x1FAE8, 0x1FAE9, 0x2EBF0, 0x31350, 0x88F, 0x1C89, 0xCF3, 0xE0001, 0x10FFFF))
)


class Harder(ast.NodeTransformer):
    """Replaces constants."""

    def __init__(self, rng):
        self.rng = rng

    def visit_JoinedStr(self, node):
        return node  # its constants are text between fields

    visit_TemplateStr = visit_JoinedStr

    def visit_Constant(self, node):
        if self.rng.random() < 0.5:
            return node
        value = node.value
        if type(value) is str:
            value = self.text()
        elif type(value) is bytes:
            value = bytes(self.rng.choices(range(256), k=self.rng.randint(0, 6)))
        elif type(value) in (int, float):
            value = self.number()
        return ast.Constant(value, kind=self.rng.choice((None, None, "u")) if type(value) is str else None)

    def text(self):
        return "".join(self.rng.choices(CHARACTERS, k=self.rng.randint(0, 8)))

    def number(self):
        kind = self.rng.randint(0, 4)
        if kind == 0:
            return self.rng.getrandbits(self.rng.choice((8, 31, 64, 65, 200)))
        if kind == 1:  # every exponent is as likely as any other
            value = struct.unpack("<d", struct.pack("<Q", self.rng.getrandbits(63)))[0]
            return value if value == value else 0.0
        value = float(f"{self.rng.randint(0, 10 ** self.rng.randint(1, 18))}e{self.rng.randint(-25, 25)}")
        return complex(0, value) if kind == 2 else value


def node(rng, name, parents):
    """A random node, or nothing where the generator fails."""
    try:
        made = AstGenerator(rng.getrandbits(64), depth_limit=rng.randint(3, 7), node_limit=rng.randint(5, 50)).generate(name, parents)
        return Harder(rng).visit(made)
    except (AssertionError, AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return None


def program(number):
    """The program of a number: functions that each compile."""
    rng = random.Random(f"{sys.version_info[:2]} {number}")
    kind = rng.choice(("FunctionDef", "FunctionDef", "AsyncFunctionDef"))
    inside = [("Module", "body"), (kind, "body")]
    statements = [made for _ in range(STATEMENTS) if (made := node(rng, "stmt", inside))]
    headers = [made for _ in range(HEADERS) if (made := node(rng, kind, [("Module", "body")]))]
    parts = []
    for index in range(FUNCTIONS * 3):
        if len(parts) == FUNCTIONS or not headers or not statements:
            break
        function = rng.choice(headers)
        function.name = f"function_{index}"
        function.body = rng.choices(statements, k=rng.randint(1, 3))
        try:
            text = ast.unparse(ast.fix_missing_locations(ast.Module([function], [])))
            if rng.random() < 0.5:
                text = f"class C{index}:\n\n" + textwrap.indent(text, "    ")
            # Other spellings of the same names.
            text = text.replace("name_4", "\uff4eame_4").replace("name_5", "n\u00aame_5")
            compile(text, "program", "exec", dont_inherit=True)
            text.encode("utf-8")
        except (SyntaxError, ValueError, RecursionError, MemoryError, AttributeError, TypeError):
            continue
        parts.append(text)
    return "\n\n".join(parts) + "\n"


def main(folder, first, count):
    warnings.simplefilter("ignore")
    os.makedirs(folder, exist_ok=True)
    for number in range(first, first + count):
        path = os.path.join(folder, f"{number:05}.py")
        if not os.path.exists(path):
            with open(path + ".partial", "w", encoding="utf-8", newline="\n") as file:
                file.write(program(number))
            os.replace(path + ".partial", path)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
