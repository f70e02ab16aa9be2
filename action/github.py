"""GitHub's REST API, as far as it is needed: JSON there and back, repeated where the service stumbles."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request

from workflow import setting

TRIES = 3


class Refused(Exception):
    """GitHub said no, or could not be asked; `status` is None in that case."""

    def __init__(self, status: int | None, message: str) -> None:
        super().__init__(message)
        self.status = status

    def is_about_rights(self) -> bool:
        """The token may not do this, as one of a fork's pull request; what it may not see it is told is not there."""
        return self.status in (401, 403, 404)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token goes to the host that the runner names, and to no other."""

    def redirect_request(self, *_arguments):
        return None


def ask(method: str, path: str, body: dict | None = None):
    """One call; the answer's JSON, or None where it has none."""
    request = urllib.request.Request(
        setting("GITHUB_API_URL", "https://api.github.com").rstrip("/") + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {setting('TOKEN')}",
            "Content-Type": "application/json",
            "User-Agent": "tasklens-action",
            "X-GitHub-Api-Version": "2022-11-28",
        },
    )
    for attempt in range(1, TRIES + 1):
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=30) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            refused = Refused(error.code, f"{error.code}: {message(error)}")
            again = error.code == 429 or error.code >= 500
        except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
            refused, again = Refused(None, f"no answer: {error}"), True
        if not again or attempt == TRIES:
            raise refused
        time.sleep(float(setting("RETRY_SECONDS", "2") or 0) * attempt)
    raise AssertionError("the last try returns or raises")


def message(error: urllib.error.HTTPError) -> str:
    """GitHub's own words, on one line."""
    try:
        return " ".join(str(json.loads(error.read())["message"]).split())[:300]
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
        return error.reason or "no reason given"
