"""Uploads findings to code scanning. Where that isn't allowed or isn't there, the annotations have them already, and nothing fails."""

from __future__ import annotations

import base64
import gzip
from pathlib import Path

from github import Refused, ask
from workflow import annotate, setting


def run() -> None:
    path = setting("SARIF")
    if not path:
        annotate("notice", "there are no findings to upload: `sarif` needs `check`")
        return
    log = base64.b64encode(gzip.compress(Path(path).read_bytes(), mtime=0)).decode("ascii")
    upload = {"commit_sha": setting("GITHUB_SHA"), "ref": setting("GITHUB_REF"), "sarif": log, "tool_name": "tasklens"}
    try:
        ask("POST", f"/repos/{setting('GITHUB_REPOSITORY')}/code-scanning/sarifs", upload)
    except Refused as refused:
        if refused.is_about_rights():
            annotate("notice", f"findings were not uploaded: that takes `security-events: write` and code scanning ({refused}); they are annotations of this run")
        else:
            annotate("warning", f"findings were not uploaded ({refused}): they are annotations of this run")
