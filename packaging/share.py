"""Fills a `share` folder with what the binary prints of itself: manual pages and completions, where systems look for them.

    python3 packaging/share.py BINARY FOLDER

With FOLDER `server/tasklens.data/data/share` the next `maturin build` puts them into the wheel; release archives have the same folder.
Runs Python 3.8 or newer, and BINARY, which has to be of the machine's own kind.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

COMPLETIONS = {
    "bash": "bash-completion/completions/tasklens",
    "zsh": "zsh/site-functions/_tasklens",
    "fish": "fish/vendor_completions.d/tasklens.fish",
    "powershell": "powershell/tasklens.ps1",
}


def fill(binary: str, share: Path) -> None:
    """Writes every page and every script into the folder."""
    subprocess.run([binary, "man", "--dir", str(share / "man" / "man1")], check=True)
    for shell, name in COMPLETIONS.items():
        script = subprocess.run([binary, "completions", shell], check=True, stdout=subprocess.PIPE).stdout
        (share / name).parent.mkdir(parents=True, exist_ok=True)
        (share / name).write_bytes(script)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    # A program without a folder in its name would be looked for on PATH.
    fill(str(Path(sys.argv[1]).resolve()), Path(sys.argv[2]))
