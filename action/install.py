"""Installs the program from PyPI into an environment of its own, and says where it is.

Runs before anything is read from the checkout, and outside of it: pip and venv import what lies in the current folder, and a pull
request could bring a `venv.py`. Only wheels are taken, so nothing is built. pip's own settings of the runner (an index, a proxy)
stay in force.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from workflow import Stop, output, setting, show, work_folder


def run() -> None:
    requirement = wanted(setting("INPUT_VERSION"))
    venv = work_folder() / "venv"
    # Isolated, without the variables that would have Python import something else.
    do([sys.executable, "-I", "-m", "venv", "--clear", str(venv)], "an environment can't be made (on Debian: apt-get install python3-venv)")
    bin_folder = venv / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(bin_folder / "python"), "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--only-binary=:all:"]
    do([*pip, requirement], f"{requirement} can't be installed: is there such a release, with a wheel for this system?")
    program = bin_folder / ("tasklens.exe" if os.name == "nt" else "tasklens")
    show(do([str(program), "--version"], "the program does not start"))
    output("program", str(program))


def wanted(version: str) -> str:
    """What pip is asked for. The action's own release is the one that its package for hooks depends on."""
    if version == "latest":
        return "tasklens"
    if not version:
        package = (Path(__file__).resolve().parent.parent / "pyproject.toml").read_text(encoding="utf-8")
        own = re.search(r'"(tasklens==[^"]+)"', package)
        if not own:
            raise Stop("the action does not say its own release: give one with `version`")
        return own.group(1)
    if not re.fullmatch(r"v?\d[0-9A-Za-z.+!-]*", version):
        raise Stop(f"version: {version!r} is none, as 0.1.0 is")
    return f"tasklens=={version.lstrip('v')}"


def do(command: list[str], failure: str) -> str:
    """Runs a command outside of the checkout and returns what it says."""
    try:
        done = subprocess.run(command, cwd=work_folder(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    except OSError as error:
        raise Stop(f"{failure}: {error}") from None
    if done.returncode != 0:
        show(done.stdout)
        raise Stop(failure)
    return done.stdout
