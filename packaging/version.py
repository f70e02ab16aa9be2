"""Holds every place that says the version to the same one, and gives the changelog's part about it.

    python3 packaging/version.py                          the places agree
    python3 packaging/version.py refs/tags/v0.1.0         and with the tag, of which the changelog has a part
    python3 packaging/version.py refs/tags/v0.1.0 --notes prints that part

Another ref than a tag is as none, so that a release can be tried out. Runs Python 3.8 or newer.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def found(path: str, pattern: str) -> str:
    """What the pattern's group is in a file."""
    match = re.search(pattern, (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    if not match:
        sys.exit(f"{path} does not say the version where it should (/{pattern}/)")
    return match.group(1)


def places() -> dict[str, str]:
    """The version by where it is written."""
    said = {
        "Cargo.toml": found("Cargo.toml", r'^\[workspace\.package\]\nversion = "([^"]+)"'),
        "Cargo.toml, cache-core": found("Cargo.toml", r'^cache-core = \{.*version = "([^"]+)"'),
        "Cargo.toml, tasklens": found("Cargo.toml", r'^tasklens = \{.*version = "([^"]+)"'),
        "pyproject.toml": found("pyproject.toml", r'^version = "([^"]+)"'),
        "pyproject.toml, dependencies": found("pyproject.toml", r'"tasklens==([^"]+)"'),
    }
    extension = ROOT / "vscode-extension" / "package.json"
    if extension.is_file():
        said["vscode-extension/package.json"] = json.loads(extension.read_text(encoding="utf-8"))["version"]
    return said


def notes(version: str) -> str:
    """The changelog's part about a version."""
    part = re.search(rf"^## {re.escape(version)}\b.*?\n(.*?)(?=^## |\Z)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    if not part or not part.group(1).strip():
        sys.exit(f"CHANGELOG.md has no part `## {version}`: rename `## Unreleased`")
    return part.group(1).strip() + "\n"


def main(arguments: list[str]) -> None:
    tag = re.fullmatch(r"refs/tags/v(.+)", arguments[0]) if arguments else None
    said = places()
    wanted = tag.group(1) if tag else said["Cargo.toml"]
    wrong = [f"{place} says {version}" for place, version in said.items() if version != wanted]
    if wrong:
        sys.exit(f"the version is {wanted}, but " + ", ".join(wrong))
    if tag:
        text = notes(wanted)
        if "--notes" in arguments:
            print(text, end="")


if __name__ == "__main__":
    main(sys.argv[1:])
