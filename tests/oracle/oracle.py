"""What a real CPython says: the versions that FunctionBodyPolicy gives every function of a file.

Runs in a native CPython 3.10 to 3.14 (as a script) and in pyodide (imported by `pyodide.mjs`). It never runs what
it reads: a file is compiled, its code objects are walked, and each function's code object goes through the
policy's own chain, `inspect.getsource`, `textwrap.dedent`, `ast.parse`, `ast.dump`, SHA-256.

A line of JSON in, a line of JSON out, in order:

    {"path": "/a/b.py"} or {"text": "def f(): pass\n"} or {"hex": "64656620…"}
        optional "salt": "…"; optional "dump": 3 gives, of the function that starts at line 3, the text too

    {"functions": [[first line, name, qualname, version or null, null or exception], …]}
        sorted by line; the exception is "IndentationError: unexpected indent"
    {"refused": {"type": "SyntaxError", "message": "…", "line": 3}}      compile() says no
    {"dump": "Module(body=…)"}, {"raises": "…"} or {"missing": true}     answers of "dump"

The first line out is {"build": …}, before anything is read.
"""

import ast
import hashlib
import inspect
import json
import linecache
import os
import re
import sys
import tempfile
import textwrap
import warnings

# Compiler-made scopes that are no functions of the program, though they are functions to the virtual machine.
GENERATED_SCOPES = re.compile(rb"(?m)(^|[;:])[ \t\f]*type[ \t\f\\]|\bdef\b\s*\\?\s*__annotate__\b|\b(def|class)\b[^\n(:]*\[")
LOAD_CONST, EXTENDED_ARG = 100, 144


def cause(error):
    """An exception as the traceback's last line has it, without the made-up file name of a SyntaxError."""
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {text}"


def qualnames_of_3_10(code, prefix):
    """`__qualname__` of the code objects within one: before 3.11 it is only the constant that is loaded after the code."""
    names = {}
    previous, argument = None, 0
    for operation, low in zip(code.co_code[::2], code.co_code[1::2]):
        argument = argument << 8 | low
        if operation == EXTENDED_ARG:
            continue
        constant = code.co_consts[argument] if operation == LOAD_CONST else None
        if hasattr(previous, "co_code") and isinstance(constant, str):
            names[id(previous)] = constant
        previous, argument = constant, 0
    # Code that is dropped as dead leaves its constants behind.
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            names.setdefault(id(constant), prefix + constant.co_name)
    return names


def functions_of(module, data, path):
    """The code objects of every `def`, keyed by first line and name; equal keys are copies of one function."""
    found = {}
    pending = [(module, "")]
    while pending:
        code, prefix = pending.pop()
        qualnames = qualnames_of_3_10(code, prefix) if sys.version_info < (3, 11) else {}
        for constant in code.co_consts:
            if not hasattr(constant, "co_code"):
                continue
            qualname = qualnames.get(id(constant)) or constant.co_qualname
            is_function = constant.co_flags & inspect.CO_OPTIMIZED
            pending.append((constant, qualname + (".<locals>." if is_function else ".")))
            if is_function and not constant.co_name.startswith("<"):
                found.setdefault((constant.co_firstlineno, constant.co_name), (qualname, constant))
    if sys.version_info >= (3, 12):
        found = without_generated_scopes(found, data, path)
    for key in sorted(found):
        yield (key, *found[key])


def without_generated_scopes(found, data, path):
    """Leaves out `__annotate__`, type aliases, and the bounds and defaults of type parameters."""
    if not GENERATED_SCOPES.search(data):
        return {key: found[key] for key in found if key[1] != "__annotate__"}
    definitions = set()
    for node in ast.walk(ast.parse(data, path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.decorator_list[0] if node.decorator_list else node
            definitions.add((first.lineno, node.name))
    return {key: found[key] for key in found if key in definitions}


def dump_of(code):
    """The text that FunctionBodyPolicy hashes."""
    return ast.dump(ast.parse(textwrap.dedent(inspect.getsource(code))), include_attributes=False)


def answer(request, data, path):
    """The answer for one file, of which `data` are the bytes and which stands at `path`."""
    salt = request.get("salt", "").encode("utf-8")
    linecache.clearcache()
    try:
        module = compile(data, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError) as error:
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        return {"refused": {"type": type(error).__name__, "message": message, "line": getattr(error, "lineno", None)}}
    functions = []
    for (line, name), qualname, code in functions_of(module, data, path):
        if request.get("dump") not in (None, line):
            continue
        try:
            text = dump_of(code)
        except Exception as error:
            if "dump" in request:
                return {"raises": cause(error)}
            functions.append([line, name, qualname, None, cause(error)])
        else:
            if "dump" in request:
                return {"dump": text}
            functions.append([line, name, qualname, hashlib.sha256(text.encode("utf-8") + salt).hexdigest(), None])
    return {"missing": True} if "dump" in request else {"functions": functions}


class Oracle:
    """A folder for the file in hand, and the answers."""

    def __init__(self):
        warnings.simplefilter("ignore")
        self.path = os.path.join(tempfile.mkdtemp(prefix="oracle-"), "module.py")

    def respond(self, line, data=None):
        """One line in, one line out. `data` are the file's bytes where the caller has read them."""
        request = json.loads(line)
        if data is not None:
            data = bytes(data)
        elif "text" in request:
            data = request["text"].encode("utf-8")
        elif "hex" in request:
            data = bytes.fromhex(request["hex"])
        else:
            with open(request["path"], "rb") as file:
                data = file.read()
        with open(self.path, "wb") as file:
            file.write(data)
        return json.dumps(answer(request, data, self.path))

    def close(self):
        """Removes the folder."""
        if os.path.exists(self.path):
            os.remove(self.path)
        os.rmdir(os.path.dirname(self.path))


def main():
    oracle = Oracle()
    try:
        print(json.dumps({"build": sys.version}), flush=True)
        for line in sys.stdin:
            print(oracle.respond(line), flush=True)
    finally:
        oracle.close()


if __name__ == "__main__":
    main()
