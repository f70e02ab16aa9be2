"""Which commit a workflow's code is compared with, and how it comes to be here.

A pull request is checked out as a merge commit that GitHub made: of the target branch as it is now, and the request. What the request
changes is the difference to the first of its parents, exactly, and that parent's files are all that is needed: one fetched commit,
however long the history. A checkout of the request's own last commit is compared with where it left the target branch, for which the
history has to be there.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from workflow import Stop, event, pull_request, setting

DEEPER = "check out with `fetch-depth: 0`"


def git(*arguments: str) -> subprocess.CompletedProcess:
    """Runs git in the checkout, with everything off that the checkout could have it start or fetch beside."""
    off = ["core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.auto=0", "maintenance.auto=false", "submodule.recurse=false"]
    settings = [word for one in off for word in ("-c", one)]
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(["git", *settings, *arguments], capture_output=True, text=True, errors="replace", env=environment, check=False)
    except OSError as error:
        raise Stop(f"git can't be run: {error}") from None


def trust_checkout() -> None:
    """In a container the checkout belongs to another user, and git refuses it: it is the job's own, for this step's commands."""
    count = int(setting("GIT_CONFIG_COUNT", "0") or 0)
    os.environ.update({f"GIT_CONFIG_KEY_{count}": "safe.directory", f"GIT_CONFIG_VALUE_{count}": Path.cwd().resolve().as_posix(), "GIT_CONFIG_COUNT": str(count + 1)})


def revision() -> str | None:
    """The revision to compare with; None for the program's own choice."""
    kind, given = setting("GITHUB_EVENT_NAME"), setting("INPUT_BASE")
    if kind == "pull_request_target":
        raise Stop(
            "this does not run for pull_request_target: its token may write, and code of the request has no place beside it. "
            "Use pull_request: without a token that may write, the job summary has what the comment would have"
        )
    if given:
        if given.startswith("-"):
            raise Stop(f"base: {given!r} is no revision")
        return given
    happened, request = event(), pull_request()
    if request:
        return of_request(request["base"]["sha"], request["head"]["sha"])
    if kind == "merge_group":
        return present(happened["merge_group"]["base_sha"])
    if kind == "push":
        before = happened.get("before", "")
        # A new branch has none before it, and a forced push may have thrown it away.
        if re.fullmatch(r"0*", before) or not there(before) and not fetch(before):
            return None
        return before
    return None


def of_request(target: str, head: str) -> str:
    """The first parent of GitHub's merge commit, or where the request left its target."""
    # From the commit itself: in a shallow clone `HEAD^1` is cut off.
    commit = git("cat-file", "commit", "HEAD").stdout.split("\n\n", 1)[0]
    parents = re.findall(r"^parent ([0-9a-f]+)$", commit, re.MULTILINE)
    if len(parents) == 2 and parents[1] == head:
        return present(parents[0])
    present(target, deep=True)
    merge_base = git("merge-base", target, "HEAD")
    if merge_base.returncode != 0:
        raise Stop(f"where the pull request left its target is beyond the history that is here: {DEEPER}, or leave out the `ref` of the checkout")
    return merge_base.stdout.strip()


def present(commit: str, deep: bool = False) -> str:
    """The commit, fetched if it isn't here; `deep`, with its history, as far as the repository has one."""
    if not there(commit) and not fetch(commit, deep):
        raise Stop(f"the commit to compare with, {commit}, is not here and can't be fetched: {DEEPER}")
    return commit


def there(commit: str) -> bool:
    return git("cat-file", "-e", f"{commit}^{{commit}}").returncode == 0


def fetch(commit: str, deep: bool = False) -> bool:
    """Fetches a commit with the rights that the checkout left behind. No branch, no tag and no submodule moves."""
    depth = [] if deep and git("rev-parse", "--is-shallow-repository").stdout.strip() == "false" else ["--depth=1"]
    quiet = ["--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]
    return git("fetch", *quiet, *depth, "origin", commit).returncode == 0
