"""The steps of the GitHub Action, by name: `python3 -I action STEP`. What each does is said in its module."""

from __future__ import annotations

import sys

import comment
import install
import report
import sarif
import verdict
from workflow import Stop, annotate

STEPS = {"install": install, "report": report, "comment": comment, "sarif": sarif, "verdict": verdict}


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in STEPS:
        print(f"usage: python3 -I action {'|'.join(STEPS)}", file=sys.stderr)
        return 2
    # On Windows the log would be written in the code page of the system, which has no arrows.
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    try:
        STEPS[sys.argv[1]].run()
    except Stop as stop:
        annotate("error", str(stop))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
