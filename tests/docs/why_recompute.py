"""Runs each row of docs/why-recompute.md against the real SDK: the task as it is, then edited, with one local cache.

    python tests/docs/why_recompute.py docs/why-recompute.md

Needs an interpreter with flyte installed. Prints a line for every row that says something else than the SDK does, then
how many rows were run; exits with 1 if there was such a line.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import tempfile
from pathlib import Path


def rows(page: str) -> list[tuple[str, str, str, str]]:
    """Every table row as (edit, from, to, next run)."""
    found = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 5 and cells[3] in ("served", "recomputes"):
            found.append((cells[0], code(cells[1]), code(cells[2]), cells[3]))
    return found


def code(cell: str) -> str:
    """The text of a cell's code spans, where ⏎ between them stands for a line's end."""
    return "\n".join("".join(re.findall(r"`([^`]*)`", part)) for part in re.split("⏎", cell))


class Sdk:
    """The real SDK with a local cache of its own."""

    def __init__(self, folder: Path):
        os.environ["HOME"] = str(folder)
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        import flyte

        flyte.init()
        self.flyte, self.folder, self.count = flyte, folder, 0

    def load(self, source: str):
        """The module and its task."""
        self.count += 1
        name = f"edited_{self.count}"
        (self.folder / f"{name}.py").write_text(source, encoding="utf-8")
        module = __import__(name)
        task = getattr(module, "train", None) or module.train_all
        return module, task

    def version(self, task) -> str:
        from flyte._cache.cache import VersionParameters, cache_from_request

        return cache_from_request(task.cache).get_version(VersionParameters(func=task.func, image=task.image))

    def runs(self, source: str) -> bool:
        """Whether a local run executes the task's body."""
        module, task = self.load(source)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            self.flyte.with_runcontext(mode="local").run(task, row=module.Row(5))
        return "training" in printed.getvalue()


def main(page: Path) -> int:
    text = page.read_text(encoding="utf-8")
    base = re.search(r"```python\n(.*?)```", text, re.S).group(1)
    table = rows(text)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        sdk = Sdk(Path(folder))
        before = sdk.version(sdk.load(base)[1])
        if not sdk.runs(base) or sdk.runs(base):
            print("the page's own task is not cached between two runs")
            return 1
        for edit, old, new, expected in table:
            if old not in base:
                print(f"{edit}: the task does not hold {old!r}")
                wrong += 1
                continue
            edited = re.sub(rf"\b{old}\b", new, base) if old.isidentifier() else base.replace(old, new)
            actual = "recomputes" if sdk.runs(edited.replace("<version>", before)) else "served"
            if actual != expected:
                print(f"{edit}: the page says {expected}, the SDK's run says {actual}")
                wrong += 1
        os.chdir(page.parent)
    print(f"{len(table)} rows, {wrong} wrong")
    return 1 if wrong or not table else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
