"""A GitHub runner, as far as a composite action can tell: it takes `action.yml` at its word, evaluates its expressions, runs its steps with
the shell that the real one runs, and reads from their output what the real one reads.

What it doesn't know is an error and not a guess: an expression, a key or a shell of which the real meaning isn't written here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
# What of the repository a runner needs of the action. A copy, so that nothing can rely on the rest.
PARTS = ["action.yml", "action", "pyproject.toml"]


@dataclass
class Ran:
    """How a job went."""

    failed: str | None = None
    log: str = ""
    annotations: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    steps: dict[str, dict[str, str]] = field(default_factory=dict)

    def messages(self, level: str) -> list[str]:
        return [message for found, _, message in self.annotations if found == level]


class Runner:
    """A machine with one checkout."""

    def __init__(self, folder: Path, workspace: Path, api: str, program: Path | None) -> None:
        self.folder, self.workspace, self.api, self.program = folder, workspace, api, program
        self.action = folder / "actions" / "tasklens"
        self.action.mkdir(parents=True)
        for part in PARTS:
            source = ROOT / part
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, self.action / part, **({"ignore": shutil.ignore_patterns("__pycache__")} if source.is_dir() else {}))
        self.environment: dict[str, str] = {}

    def run(self, event_name: str, event: dict, inputs: dict[str, str] | None = None, token: str = "job-token") -> Ran:
        """Runs every step, as a workflow with these inputs does on this event."""
        action = yaml.safe_load((self.action / "action.yml").read_text(encoding="utf-8"))
        values = {name: str(one.get("default", "")) for name, one in action["inputs"].items()}
        unknown = set(inputs or {}) - set(values)
        assert not unknown, f"the action has no input {unknown}"
        context = {"inputs": values, "github": {"token": token}, "steps": {}}
        values.update({name: self.value(text, context) for name, text in values.items()})
        values.update(inputs or {})

        ran = Ran()
        files = self.folder / "files"
        shutil.rmtree(files, ignore_errors=True)
        files.mkdir()
        (files / "event.json").write_text(json.dumps(event), encoding="utf-8")
        assert action["runs"]["using"] == "composite"
        for number, step in enumerate(action["runs"]["steps"]):
            assert set(step) <= {"name", "id", "if", "shell", "env", "run"} and step["shell"] == "bash", step
            assert "${{" not in step["run"], "an expression in a shell's text is an injection"
            if "if" in step and not self.condition(step["if"], context):
                continue
            if step.get("id") == "install" and self.program:
                context["steps"]["install"] = {"program": str(self.program)}
                continue
            environment = {name: self.value(str(text), context) for name, text in step.get("env", {}).items()}
            code, outputs = self.step(number, step["run"], environment, event_name, files, ran)
            context["steps"][step.get("id", str(number))] = outputs
            if code != 0:
                ran.failed = step["name"]
                break
        ran.steps = context["steps"]
        ran.outputs = {name: self.value(one["value"], context) for name, one in action["outputs"].items()}
        ran.annotations = commands(ran.log)
        return ran

    def step(self, number: int, script: str, env: dict[str, str], event_name: str, files: Path, ran: Ran) -> tuple[int, dict[str, str]]:
        """Runs one step's script as the runner does: from a file, in the workspace."""
        path, output, summary = files / f"{number}.sh", files / f"output-{number}", files / f"summary-{number}"
        path.write_text(script, encoding="utf-8")
        output.touch()
        summary.touch()
        (self.folder / "temp").mkdir(exist_ok=True)
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=self.workspace, capture_output=True, text=True, check=False).stdout.strip()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder / "home"),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_API_URL": self.api,
            "GITHUB_EVENT_NAME": event_name,
            "GITHUB_EVENT_PATH": str(files / "event.json"),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_REF": "refs/pull/7/merge",
            "GITHUB_REPOSITORY": "acme/pipelines",
            "GITHUB_SHA": head,
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.folder / "temp"),
            "RETRY_SECONDS": "0",
            **self.environment,
            **env,
        }
        (self.folder / "home").mkdir(exist_ok=True)
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(path)]
        done = subprocess.run(command, cwd=self.workspace, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        ran.log += done.stdout.decode("utf-8", "replace")
        ran.summary += summary.read_text(encoding="utf-8")
        outputs = {}
        for line in output.read_text(encoding="utf-8").splitlines():
            name, separator, value = line.partition("=")
            assert separator, f"{line!r} in GITHUB_OUTPUT is no output"
            outputs[name] = value
        return done.returncode, outputs

    @staticmethod
    def value(text: str, context: dict) -> str:
        """A text with its expressions evaluated."""

        def look_up(match: re.Match) -> str:
            path = match[1].split(".")
            if path[0] == "steps":
                assert path[2] == "outputs", match[0]
                return context["steps"].get(path[1], {}).get(path[3], "")
            assert path[0] in ("inputs", "github") and len(path) == 2, f"{match[0]} is not understood"
            return context[path[0]][path[1]]

        return re.sub(r"\$\{\{ *([\w.-]+) *\}\}", look_up, text)

    @staticmethod
    def condition(text: str, context: dict) -> bool:
        match = re.fullmatch(r"inputs\.([\w-]+) == '([^']*)'", text)
        assert match, f"the condition {text!r} is not understood"
        # GitHub compares texts without regard to case.
        return context["inputs"][match[1]].lower() == match[2].lower()


def commands(log: str) -> list[tuple[str, dict[str, str], str]]:
    """The annotations that a runner takes out of a log."""
    found, stopped = [], None
    for line in log.splitlines():
        line = line.strip()
        if stopped:
            stopped = None if line == f"::{stopped}::" else stopped
            continue
        match = re.fullmatch(r"::([\w-]+)(?: ([^:]*))?::(.*)", line)
        if not match:
            continue
        if match[1] == "stop-commands":
            stopped = match[3]
            continue
        properties = dict(one.split("=", 1) for one in (match[2] or "").split(",") if one)
        found.append((match[1], {name: decoded(value, True) for name, value in properties.items()}, decoded(match[3], False)))
    return found


def decoded(text: str, is_property: bool) -> str:
    pairs = [("%0D", "\r"), ("%0A", "\n"), *([("%3A", ":"), ("%2C", ",")] if is_property else []), ("%25", "%")]
    for code, character in pairs:
        text = text.replace(code, character)
    return text
