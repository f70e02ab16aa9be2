"""Writes `cases.jsonl`, what real interpreters say to small programs, or checks it.

    python3 tests/validity/derive.py              asks every interpreter anew and writes the answers
    python3 tests/validity/derive.py --check      compares the file with the interpreters that there are
    python3 tests/validity/derive.py --add FILE   adds the snippets of a file of JSON strings, one a line

The interpreters are those of `interpreters.json`, which `tests/setup.py` writes. A line of `cases.jsonl` is a snippet
and its answers, oldest version first: `[code, {"3.10.2": "", "3.12.1": "SyntaxError: …"}]` means that all versions
from 3.12.1 on refuse it and the older ones compile it. The first line lists the versions that were asked.

Exit codes: 0 written or agreed, 1 an interpreter disagrees or failed, 2 no interpreter to ask.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
HOME = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").absolute() / "tasklens-tests"
CASES = HERE / "cases.jsonl"


def order(version):
    return tuple(map(int, version.split(".")))


def ask(interpreter, node, codes):
    """The interpreter's answer to each snippet."""
    native = interpreter["kind"] == "native"
    program = interpreter["program"] if native else node
    command = ["-I", str(HERE / "probe.py")] if native else [str(HERE / "probe.mjs"), interpreter["program"]]
    # A file, since Node can't wait for a pipe to fill.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as lines:
        lines.writelines(json.dumps(code) + "\n" for code in codes)
        lines.seek(0)
        done = subprocess.run([program, *command], stdin=lines, capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        sys.exit(f"derive: {program} {' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def folded(versions, answers):
    """The answers without those that repeat the version before."""
    kept, last = {}, None
    for version, answer in zip(versions, answers):
        if answer != last:
            kept[version] = last = answer
    return kept


def unfolded(versions, kept):
    answers, last = {}, ""
    for version in versions:
        answers[version] = last = kept.get(version, last)
    return answers


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--add", type=Path, help="snippets to add, a JSON string a line")
    arguments = parser.parse_args()
    try:
        found = json.loads((HOME / "interpreters.json").read_text("utf-8"))
    except OSError as error:
        print(f"derive: {error}; run tests/setup.py first", file=sys.stderr)
        return 2
    interpreters = {one["version"]: one for one in reversed(found["interpreters"])}
    versions = sorted(interpreters, key=order)
    lines = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()] if CASES.exists() else [[]]
    cases = {code: unfolded(lines[0], kept) for code, kept in lines[1:]}
    if arguments.add:
        new = map(json.loads, filter(None, arguments.add.read_text("utf-8").split("\n")))
        cases.update((code, {}) for code in new if code not in cases)
    codes = sorted(cases)
    answers = {version: ask(interpreters[version], found["node"], codes) for version in versions}
    if arguments.check:
        wrong = [
            f"{version} says {answer!r}, not {cases[code][version]!r}, to {code!r}"
            for version in versions
            for code, answer in zip(codes, answers[version])
            if version in cases[code] and cases[code][version] != answer
        ]
        print("\n".join(wrong) or f"{len(versions)} interpreters agree on {len(codes)} snippets")
        return 1 if wrong else 0
    rows = [[code, folded(versions, row)] for code, *row in zip(codes, *(answers[version] for version in versions))]
    text = "".join(json.dumps(row, ensure_ascii=True) + "\n" for row in [versions, *rows])
    CASES.write_text(text, "utf-8")
    print(f"{len(codes)} snippets, {len(versions)} interpreters")
    return 0


if __name__ == "__main__":
    sys.exit(main())
