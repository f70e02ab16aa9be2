"""Prints seconds of processor time for every function below a folder: the policy's own work, and all that leads to versions.

The policy's work is `getsource` to SHA-256; all is that with compiling the files and finding their functions, as whoever starts
from files must. Reading files is in neither, nor is the first reading of a file by `linecache`.
"""

import hashlib
import linecache
import os
import sys
import time
import warnings

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import oracle


def main(folder):
    warnings.simplefilter("ignore")
    policy = everything = 0.0
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in ("site-packages", "__pycache__")]
        for name in names:
            if name.endswith(".py"):
                own, all_of_it = of_file(os.path.join(root, name))
                policy += own
                everything += all_of_it
    print(f"{policy:.3f} {everything:.3f}")


def of_file(path):
    with open(path, "rb") as file:
        data = file.read()
    linecache.clearcache()
    linecache.getlines(path)
    start = time.process_time()
    try:
        module = compile(data, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return 0.0, time.process_time() - start
    codes = [code for _, _, code in oracle.functions_of(module, data, path)]
    found = time.process_time()
    for code in codes:
        try:
            hashlib.sha256(oracle.dump_of(code).encode("utf-8")).hexdigest()
        except Exception:
            pass
    end = time.process_time()
    return end - found, end - start


if __name__ == "__main__":
    main(sys.argv[1])
