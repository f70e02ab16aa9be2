"""Keeps one comment in the pull request up to date.

The comment is found again by its marker, among those that the token's own user wrote: whoever may comment could write the marker too.
Where the token may not write, as in a pull request from a fork, the job's summary has the text already, and nothing fails.
"""

from __future__ import annotations

from pathlib import Path

from github import Refused, ask
from workflow import annotate, clipped, pull_request, setting

# GitHub takes 65,536 characters.
LIMIT = 60_000
PAGES = 50


def run() -> None:
    request = pull_request()
    if not request:
        return
    body = clipped(Path(setting("MARKDOWN")).read_text(encoding="utf-8"), LIMIT)
    repository = setting("GITHUB_REPOSITORY")
    try:
        keep(repository, request["number"], body, setting("CHANGED") == "true")
    except Refused as refused:
        if refused.is_about_rights():
            annotate("notice", "the token may not comment here (a fork's never may; else it takes `pull-requests: write`): the job summary has the report")
        else:
            annotate("warning", f"the comment was not written ({refused}): the job summary has the report")


def keep(repository: str, number: int, body: str, is_noteworthy: bool) -> None:
    """Edits the comment that there is, or writes one if there is something to say."""
    known = find(repository, number, body.partition("\n")[0])
    if known is None:
        if is_noteworthy:
            ask("POST", f"/repos/{repository}/issues/{number}/comments", {"body": body})
    elif known["body"].replace("\r\n", "\n").strip() != body.strip():
        ask("PATCH", f"/repos/{repository}/issues/comments/{known['id']}", {"body": body})


def find(repository: str, number: int, marker: str) -> dict | None:
    """Our comment, the first one."""
    own = None
    for page in range(1, PAGES + 1):
        comments = ask("GET", f"/repos/{repository}/issues/{number}/comments?per_page=100&page={page}")
        for comment in comments:
            if (comment.get("body") or "").partition("\n")[0].rstrip() == marker:
                own = own or author()
                if own((comment.get("user") or {})):
                    return comment
        if len(comments) < 100:
            break
    return None


def author():
    """Whether a user is the token's own. A job's token has no user that it could ask for, and writes as a bot."""
    try:
        login = ask("GET", "/user")["login"]
    except Refused as refused:
        if not refused.is_about_rights():
            raise
        return lambda user: user.get("type") == "Bot"
    return lambda user: user.get("login") == login
