"""Fails the job for what was refused, after everything has been told."""

from __future__ import annotations

from workflow import Stop, setting

WHY = {
    "diff": "a task is of a class that `fail-on` names, or a file could not be compared",
    "check": "`tasklens check` found errors or warnings, or a file could not be checked, and `fail-on` names `check`",
    "lock": "`tasklens.lock` does not say what the code says: run `tasklens lock`, and commit it, if that is meant",
}


def run() -> None:
    refused = [word for word in setting("REFUSED").split(",") if word]
    if refused:
        raise Stop("; ".join(WHY[word] for word in refused))
