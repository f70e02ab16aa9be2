"""What a step knows of its workflow, and how it speaks to the runner. Nothing here knows GitHub's API or Tasklens."""

from __future__ import annotations

import json
import os
import secrets
import sys
from pathlib import Path


class Stop(Exception):
    """A reason to fail the step, in words that say what to do."""


def setting(name: str, default: str = "") -> str:
    """A variable of the step; spaces around what was written in YAML don't count."""
    return os.environ.get(name, default).strip()


def flag(name: str) -> bool:
    """An input that is true or false."""
    value = setting(name, "false").lower()
    if value not in ("true", "false", ""):
        raise Stop(f"{name.replace('INPUT_', '').lower().replace('_', '-')}: {value!r} is neither true nor false")
    return value == "true"


def event() -> dict:
    """What happened, as GitHub says it."""
    path = setting("GITHUB_EVENT_PATH")
    if not path:
        return {}
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Stop(f"the event can't be read from {path}: {error}") from None


def pull_request() -> dict | None:
    """The pull request that the workflow runs for, if it does."""
    request = event().get("pull_request")
    return request if isinstance(request, dict) and setting("GITHUB_EVENT_NAME").startswith("pull_request") else None


def annotate(level: str, message: str) -> None:
    """An `error`, `warning` or `notice` of the job."""
    escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::{level} title=tasklens::{escaped}", flush=True)


def show(text: str) -> None:
    """Prints a text of which no line is taken for a command by the runner."""
    if not text.strip():
        return
    token = secrets.token_hex(16)
    sys.stdout.flush()
    print(f"::stop-commands::{token}\n{text.rstrip()}\n::{token}::", flush=True)


def output(name: str, value: str) -> None:
    """Sets an output of the step."""
    if "\n" in value or "\r" in value:
        raise Stop(f"output {name} has several lines")
    append("GITHUB_OUTPUT", f"{name}={value}\n")


def summarise(markdown: str) -> None:
    """Adds to the job's summary, of which a step may write 1 MiB."""
    append("GITHUB_STEP_SUMMARY", clipped(markdown, 900_000) + "\n")


def append(variable: str, text: str) -> None:
    path = setting(variable)
    if path:
        with open(path, "a", encoding="utf-8", newline="\n") as file:
            file.write(text)


def clipped(markdown: str, limit: int) -> str:
    """As many whole lines as fit into so many bytes, with what they opened closed again."""
    if len(markdown.encode()) <= limit:
        return markdown
    left = limit - 200
    lines = []
    for line in markdown.splitlines():
        left -= len(line.encode()) + 1
        if left < 0:
            break
        lines.append(line)
    text = "\n".join(lines)
    closing = "\n</details>" * max(0, text.count("<details>") - text.count("</details>"))
    return f"{text}\n{closing}\n\nThe rest has no room here: the job's summary, or `tasklens diff`, has all of it.\n"


def work_folder() -> Path:
    """Where steps leave files for each other: outside of the checkout."""
    temporary = setting("RUNNER_TEMP")
    if not temporary:
        raise Stop("RUNNER_TEMP is not set: this runs in a GitHub workflow only")
    folder = Path(temporary) / "tasklens"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
