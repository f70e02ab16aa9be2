"""Imports each file with the real SDK, and prints what that raises."""

import importlib.util
import json
import os
import sys
import warnings

warnings.simplefilter("ignore")
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "standin"))


def raised(number, path):
    name = f"part_of_a_fixture_{number}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


print(json.dumps({path: raised(number, path) for number, path in enumerate(sys.argv[1:])}))
