"""Compares, checks and writes down: annotations in the log, the job's summary, files for the steps after it.

It knows no token, and fails only where nothing can be said. Whether the job fails is the verdict's, after the comment.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import base
from workflow import Stop, flag, output, setting, show, summarise, work_folder


def run() -> None:
    workspace, directory = Path(setting("GITHUB_WORKSPACE", ".")), setting("INPUT_DIRECTORY") or "."
    try:
        os.chdir(workspace / directory)
    except OSError as error:
        raise Stop(f"directory: {directory!r} can't be entered: {error.strerror}") from None
    base.trust_checkout()
    paths = [line.strip() for line in setting("INPUT_PATHS").splitlines() if line.strip()]
    python = ["--python", setting("INPUT_PYTHON")] if setting("INPUT_PYTHON") else []
    revision = base.revision()
    output("base", revision or "")

    fail_on = [word.strip() for word in setting("INPUT_FAIL_ON").split(",") if word.strip()]
    refused = [*compare(revision, paths, python, [word for word in fail_on if word != "check"]), *check(revision, paths, python), *lock()]
    if "check" in refused and "check" not in fail_on:
        refused.remove("check")
    output("refused", ",".join(refused))


def compare(revision: str | None, paths: list[str], python: list[str], classes: list[str]) -> list[str]:
    """What the change does to caches."""
    fail_on = [f"--fail-on={','.join(classes)}"] if classes else []
    of = [*([revision] if revision else []), *python]
    behind = ["--", *paths] if paths else []

    code, text = tasklens(["diff", *of, *fail_on, "--format", "json", *behind])
    said = json.loads(text)
    changed = {kind: count for kind, count in said["summary"].items() if kind != "unchanged"}
    output("changed", str(sum(changed.values())))
    for kind in ("invalidated", "stale"):
        output(kind, str(changed.get(kind, 0)))
    output("noteworthy", "true" if said["tasks"] or said["images"] or said["problems"] else "false")
    output("json", leave("diff.json", text))

    _, annotations = tasklens(["diff", *of, "--format", "github", *behind])
    print(annotations, end="", flush=True)
    _, markdown = tasklens(["diff", *of, "--format", "markdown", *behind])
    output("markdown", leave("comment.md", marked(markdown)))
    summarise(markdown)
    # What could not be compared is told, and fails where something is to be refused: it might be among that.
    return ["diff"] if code == 1 and classes else []


def marked(markdown: str) -> str:
    """The comment's text, with its own name in the marker where it has one."""
    name = setting("INPUT_COMMENT_ID")
    if not name:
        return markdown
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/ -]*", name) or "--" in name:
        raise Stop(f"comment-id: {name!r} is to be of letters, digits, dots, slashes and single hyphens")
    marker, _, rest = markdown.partition("\n")
    return f"{marker.replace(' -->', f' {name} -->')}\n{rest}"


def check(revision: str | None, paths: list[str], python: list[str]) -> list[str]:
    """Mistakes in cache configuration."""
    if not flag("INPUT_CHECK"):
        return []
    of = [*(["--baseline", revision] if revision else []), *python, "--", *(paths or ["."])]
    code, annotations = tasklens(["check", "--format", "github", *of])
    print(annotations, end="", flush=True)
    if code == 1:
        many = sum(line.startswith(("::error ", "::warning ")) for line in annotations.splitlines())
        summarise(f"\n`tasklens check`: {many} to look at, as annotations of this run\n")
    if flag("INPUT_SARIF"):
        _, text = tasklens(["check", "--format", "sarif", *of])
        output("sarif", leave("tasklens.sarif", text))
    return ["check"] if code == 1 else []


def lock() -> list[str]:
    """Whether `tasklens.lock` says what the code says."""
    wanted = setting("INPUT_LOCK") or "auto"
    if wanted not in ("true", "false", "auto"):
        raise Stop(f"lock: {wanted!r} is neither true, false nor auto")
    if wanted == "false" or wanted == "auto" and not base.git("ls-files", "--", ":(glob)**/tasklens.lock").stdout.strip():
        return []
    code, text = tasklens(["lock", "--check"])
    show(text)
    if code == 1:
        summarise(f"\n`tasklens lock --check`:\n\n{fenced(text)}\n")
    return ["lock"] if code == 1 else []


def fenced(text: str) -> str:
    """A block that no line of the text ends."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}text\n{text.rstrip()}\n{fence}"


def leave(name: str, text: str) -> str:
    """A file for the steps after this one."""
    path = work_folder() / name
    path.write_bytes(text.encode("utf-8"))
    return str(path)


def tasklens(arguments: list[str]) -> tuple[int, str]:
    """Runs the program; what it found is returned, what it says beside that is shown."""
    program = setting("TASKLENS")
    try:
        done = subprocess.run([program, "--color=never", *arguments], capture_output=True, check=False)
    except OSError as error:
        raise Stop(f"tasklens can't be started: {error}") from None
    out, err = (text.decode("utf-8", "replace").replace("\r\n", "\n") for text in (done.stdout, done.stderr))
    show(err)
    if done.returncode not in (0, 1):
        raise Stop(f"tasklens {arguments[0]} could not do it: {err.strip() or f'it ended with {done.returncode}'}")
    return done.returncode, out
