"""Packs a release archive: the binary, its licence, what changed, manual pages and completions; and the archive's SHA-256 beside it.

    python3 packaging/archive.py BINARY SHARE TARGET FOLDER

SHARE is what `share.py` filled, TARGET a Rust target (`x86_64-unknown-linux-gnu`). Writes FOLDER/tasklens-TARGET.tar.gz, for Windows
.zip. The same input makes the same bytes: no time and no owner of the machine goes in. Runs Python 3.8 or newer.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def members(binary: Path, share: Path) -> list[tuple[str, bytes, int]]:
    """Name, content and mode of each file, sorted."""
    files = [(binary.name, binary, 0o755)]
    files += [(name, ROOT / name, 0o644) for name in ("LICENSE", "CHANGELOG.md")]
    files += [("README.md", ROOT / "server" / "README.md", 0o644)]
    files += [(f"share/{path.relative_to(share).as_posix()}", path, 0o644) for path in share.rglob("*") if path.is_file()]
    return sorted((name, path.read_bytes(), mode) for name, path, mode in files)


def tarball(top: str, files: list[tuple[str, bytes, int]]) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content, mode in files:
            info = tarfile.TarInfo(f"{top}/{name}")
            info.size, info.mode = len(content), mode
            archive.addfile(info, io.BytesIO(content))
    return gzip.compress(raw.getvalue(), mtime=0)


def zipped(top: str, files: list[tuple[str, bytes, int]]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in files:
            info = zipfile.ZipInfo(f"{top}/{name}")
            info.external_attr, info.compress_type = mode << 16, zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return raw.getvalue()


def main(binary: Path, share: Path, target: str, folder: Path) -> None:
    top = f"tasklens-{target}"
    pack, suffix = (zipped, ".zip") if "windows" in target else (tarball, ".tar.gz")
    content = pack(top, members(binary, share))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / (top + suffix)).write_bytes(content)
    (folder / (top + suffix + ".sha256")).write_text(f"{hashlib.sha256(content).hexdigest()}  {top}{suffix}\n", encoding="ascii")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
