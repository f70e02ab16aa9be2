"""Prints every shell text of the workflow files that are named, as JSON: [{"where", "script"}]. Expressions of GitHub, which no shell
sees, are left in.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import yaml


def scripts(path: str) -> list[dict[str, str]]:
    content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    found = []
    jobs = content["jobs"] if "jobs" in content else {"": {"steps": content["runs"]["steps"]}} if "runs" in content else {}
    for job, body in jobs.items():
        for number, step in enumerate(body["steps"], 1):
            if "run" in step:
                found.append({"where": f"{path}, {job} {step.get('name', number)}".strip(), "script": step["run"]})
    if not jobs:
        for job, body in content.items():
            found.append({"where": f"{path}, {job}", "script": "\n".join([*body["before_script"], *body["script"]])})
    return found


if __name__ == "__main__":
    print(json.dumps([one for path in sys.argv[1:] for one in scripts(path)]))
